import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Fetches } from './fetches.tsx'
import { RevokeToken } from './revoke-token.tsx'
import { Rotation } from './rotation.tsx'
import { words } from './words.ts'

/** The signing keys, what a rotation would mean, and who fetches them. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/keys', { signal }), [api])
  const loadPreview = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/keys/rotation', { signal }),
    [api],
  )
  const { value, problem, reload } = usePolled(load, 60_000)
  const preview = usePolled(loadPreview, 10_000)
  const action = useAction()
  const { scopes } = useSession()
  const mayChange = scopes.includes('keys:write')
  const changed = () => {
    reload()
    preview.reload()
  }
  const states: Readonly<Record<string, string>> = {
    next: say.stateNext,
    active: say.stateActive,
    retiring: say.stateRetiring,
    revoked: say.stateRevoked,
  }
  return (
    <Section title={title} level={1}>
      <p class="hint">{say.hint}</p>
      <List
        caption={title}
        rows={value?.items}
        problem={problem}
        empty=""
        keyOf={({ kid }) => kid}
        columns={[
          { title: say.key, cell: ({ kid }) => <code>{kid}</code> },
          { title: say.algorithm, cell: ({ algorithm }) => algorithm },
          { title: say.state, cell: ({ status }) => states[status] ?? status },
          {
            title: say.since,
            cell: (key) => (
              <Time at={key.revoked_at ?? key.retired_at ?? key.activated_at ?? key.created_at} />
            ),
          },
          {
            title: say.apiKeys,
            cell: ({ api_keys: count, api_keys_until: until }) =>
              count === 0 ? (
                <Absent />
              ) : (
                <>
                  {say.apiKeysUntil(count)} <Time at={until} exact />
                </>
              ),
          },
          {
            title: say.action,
            cell: ({ kid, status, api_keys: count }) =>
              mayChange &&
              status !== 'revoked' && (
                <ConfirmButton
                  label={say.revoke}
                  concerns={say.revokeWhat(kid)}
                  means={count === 0 ? say.revokeMeans : `${say.revokeMeans} ${say.revokeEnds(count)}`}
                  now={say.revokeNow}
                  onConfirmed={(confirmed) =>
                    void action.run(async () => {
                      await api.end(confirmed, 'POST /v1/keys/{kid}/revoke', { path: { kid } })
                      changed()
                    })
                  }
                />
              ),
          },
        ]}
      />
      <ProblemNotice problem={action.problem} />
      <Rotation preview={preview.value} problem={preview.problem} mayChange={mayChange} onRotated={changed} />
      {scopes.includes('tokens:revoke') && <RevokeToken />}
      <Fetches next={preview.value?.next_kid ?? undefined} />
    </Section>
  )
}
