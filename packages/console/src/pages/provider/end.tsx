import { useAction } from '../../api/action.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import type { Provider } from './provider.ts'
import { words } from './words.ts'

interface EndProps {
  readonly provider: Provider
  readonly onChanged: () => void
}

/** The buttons that disable a provider, enable it again, and remove one that is disabled. */
export function End({ provider: { key, disabled_at, identities }, onChanged }: EndProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, busy, run } = useAction()
  const path = { key }
  if (disabled_at === null) {
    return (
      <p class="below">
        <ConfirmButton
          label={say.disable}
          means={say.disableMeans}
          now={say.disableNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              await api.end(confirmed, 'POST /v1/providers/{key}/disable', { path })
              onChanged()
            })
          }
        />
        <ProblemNotice problem={problem} />
      </p>
    )
  }
  const enable = () =>
    void run(async () => {
      await api.call('POST /v1/providers/{key}/enable', { path })
      onChanged()
    })
  return (
    <>
      <p class="row below">
        <button type="button" aria-busy={busy} onClick={enable}>
          {say.enable}
        </button>
        <ConfirmButton
          label={say.remove}
          means={say.removeMeans(identities)}
          now={say.removeNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              await api.end(confirmed, 'DELETE /v1/providers/{key}', { path })
              location.hash = '#/providers'
            })
          }
        />
      </p>
      <ProblemNotice problem={problem} />
    </>
  )
}
