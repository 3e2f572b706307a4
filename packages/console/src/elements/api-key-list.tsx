import type { Item } from '../api/api.ts'
import type { Confirmed } from '../api/endings.ts'
import type { Problem } from '../api/problem.ts'
import { useConsole, useWords } from '../context.ts'
import { programOf } from '../user-agent.ts'
import { apiKeyWords, keyLossWords } from '../words/api-keys.ts'
import { ConfirmButton } from './confirm.tsx'
import { List } from './list.tsx'
import { Absent, Outcome, Time } from './signs.tsx'

type ApiKey = Item<'GET /v1/users/{id}/api-keys'>

interface ApiKeyListProps {
  readonly keys: readonly ApiKey[] | undefined
  readonly problem: Problem | undefined
  /** Not given to whoever may only look. */
  readonly onRevoke?: ((confirmed: Confirmed, key: string) => void) | undefined
}

/** API keys with what they may do, when they end and when they were used, and the way to revoke one. */
export function ApiKeyList({ keys, problem, onRevoke }: ApiKeyListProps) {
  const say = useWords(apiKeyWords)
  const now = Date.now()
  const isInForce = ({ revoked_at, expires_at }: ApiKey) =>
    revoked_at === null && Date.parse(expires_at) > now
  const action = {
    title: say.action,
    cell: (key: ApiKey) =>
      isInForce(key) &&
      onRevoke && (
        <ConfirmButton
          label={say.revoke}
          concerns={say.revokeWhich(key.name)}
          means={say.revokeMeans}
          now={say.revokeNow}
          nowConcerns={say.revokeNowWhich(key.name)}
          onConfirmed={(confirmed) => onRevoke(confirmed, key.id)}
        />
      ),
  }
  return (
    <>
      <List
        caption={say.apiKeys}
        rows={keys}
        problem={problem}
        empty={say.noKeys}
        keyOf={({ id }) => id}
        columns={[
          { title: say.keyName, cell: (key) => <Named apiKey={key} /> },
          {
            title: say.scopes,
            cell: ({ scopes }) =>
              scopes.length === 0 ? <Absent /> : scopes.map((scope) => <Scope key={scope} name={scope} />),
          },
          { title: say.keyState, cell: (key) => <State apiKey={key} isInForce={isInForce(key)} /> },
          { title: say.ends, cell: ({ expires_at }) => <Time at={expires_at} exact /> },
          { title: say.lastUse, cell: (key) => <LastUse apiKey={key} /> },
          ...(onRevoke ? [action] : []),
        ]}
      />
      {keys && keys.length > 0 && <p class="hint">{say.usesHint}</p>}
    </>
  )
}

interface OfKey {
  readonly apiKey: ApiKey
}

/** The name, the id by which the log names the key, and the audience where that is not this server. */
function Named({ apiKey: { id, name, service, audience } }: OfKey) {
  const say = useWords(apiKeyWords)
  return (
    <>
      {name}
      <p class="hint">
        <code>{id}</code>
      </p>
      {service !== null && (
        <p class="hint">
          {say.usedFor} <code>{audience}</code>
        </p>
      )}
    </>
  )
}

function Scope({ name }: { name: string }) {
  return (
    <div>
      <code>{name}</code>
    </div>
  )
}

function State({ apiKey: { revoked_at, revoke_reason }, isInForce }: OfKey & { isInForce: boolean }) {
  const { language } = useConsole()
  const say = useWords(apiKeyWords)
  if (isInForce) return <Outcome kind="success" word={say.inForce} />
  if (revoked_at === null) return <Outcome kind="refused" word={say.isOver} />
  const reasons: Readonly<Record<string, string>> = keyLossWords[language]
  return (
    <>
      <Outcome kind="refused" word={say.wasRevoked} />
      <p class="hint">
        <Time at={revoked_at} /> · {reasons[revoke_reason ?? ''] ?? revoke_reason}
      </p>
    </>
  )
}

function LastUse({ apiKey: { last_used_at, last_address, last_region, last_user_agent } }: OfKey) {
  const { program, system } = programOf(last_user_agent ?? '')
  const place = [last_region, program, system].filter(Boolean).join(' · ')
  return (
    <>
      <Time at={last_used_at} />
      {last_address && (
        <p class="hint">
          <code>{last_address}</code>
        </p>
      )}
      {place !== '' && <p class="hint">{place}</p>}
    </>
  )
}
