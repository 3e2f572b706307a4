import type { Confirmed } from '../../api/endings.ts'
import type { Problem } from '../../api/problem.ts'
import { useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Time } from '../../elements/signs.tsx'
import type { Passkey } from './passkey.ts'
import { passkeysWords } from './passkey-words.ts'

interface PasskeyListProps {
  readonly passkeys: readonly Passkey[] | undefined
  readonly problem: Problem | undefined
  /** Whether an authenticator is in force, which stays when the last passkey goes. */
  readonly hasAuthenticator: boolean
  readonly onRename: (passkey: Passkey) => void
  readonly onRemove: (confirmed: Confirmed, passkey: Passkey) => void
}

/** Passkeys: what each is called, what made it, where it is kept, and the way to rename and remove it. */
export function PasskeyList({ passkeys, problem, hasAuthenticator, onRename, onRemove }: PasskeyListProps) {
  const say = useWords(passkeysWords)
  const factors = passkeys?.filter(({ is_factor }) => is_factor).length
  const isLastFactor = ({ is_factor }: Passkey) => is_factor && factors === 1 && !hasAuthenticator
  return (
    <List
      caption={say.passkeys}
      rows={passkeys}
      problem={problem}
      empty={say.none}
      keyOf={({ id }) => id}
      columns={[
        { title: say.name, cell: (passkey) => <Name passkey={passkey} /> },
        { title: say.kept, cell: ({ is_backed_up }) => (is_backed_up ? say.inCloud : say.onDevice) },
        { title: say.created, cell: ({ created_at }) => <Time at={created_at} /> },
        { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
        {
          title: say.action,
          cell: (passkey) => (
            <span class="row">
              <button
                type="button"
                aria-label={say.renameWhich(passkey.name)}
                onClick={() => onRename(passkey)}
              >
                {say.rename}
              </button>
              <ConfirmButton
                label={say.remove}
                concerns={say.removeWhich(passkey.name)}
                means={isLastFactor(passkey) ? say.removeLastMeans : say.removeMeans}
                now={say.removeNow}
                nowConcerns={say.removeNowWhich(passkey.name)}
                onConfirmed={(confirmed) => onRemove(confirmed, passkey)}
              />
            </span>
          ),
        },
      ]}
    />
  )
}

function Name({ passkey: { name, model, is_factor } }: { passkey: Passkey }) {
  const say = useWords(passkeysWords)
  return (
    <>
      {name}
      {model !== null && model !== name && <p class="hint">{say.model(model)}</p>}
      {!is_factor && <p class="hint">{say.signsInOnly}</p>}
    </>
  )
}
