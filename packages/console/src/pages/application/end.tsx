import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

interface EndProps {
  readonly application: Answer<'GET /v1/applications/{id}'>
  readonly onChanged: () => void
  readonly onRemoved: () => void
}

/** The buttons that turn an application off and on again, and that remove it. */
export function End({ application, onChanged, onRemoved }: EndProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { busy, problem, run } = useAction()
  const path = { id: application.id }
  const enable = () =>
    void run(async () => {
      await api.call('POST /v1/applications/{id}/enable', { path })
      onChanged()
    })
  return (
    <Section title={say.end}>
      <div class="row">
        {application.disabled_at === null ? (
          <ConfirmButton
            label={say.disable}
            means={say.disableMeans}
            now={say.disableNow}
            onConfirmed={(confirmed) =>
              void run(async () => {
                await api.end(confirmed, 'POST /v1/applications/{id}/disable', { path })
                onChanged()
              })
            }
          />
        ) : (
          <button type="button" aria-busy={busy} onClick={enable}>
            {say.enable}
          </button>
        )}
        <ConfirmButton
          label={say.remove}
          means={say.removeMeans}
          now={say.removeNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              await api.end(confirmed, 'DELETE /v1/applications/{id}', { path })
              onRemoved()
            })
          }
        />
      </div>
      {application.disabled_at !== null && <p class="hint">{say.enableHint}</p>}
      <ProblemNotice problem={problem} />
    </Section>
  )
}
