import { useAction } from '../../api/action.ts'
import type { Operations } from '../../api/operations.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { FetchTable } from './fetch-table.tsx'
import { words } from './words.ts'

interface RotationProps {
  readonly preview: Operations['GET /v1/keys/rotation']['answer'] | undefined
  readonly problem: Problem | undefined
  readonly mayChange: boolean
  readonly onRotated: () => void
}

/** Whom a rotation would cut off, and the button for it, which says so again. */
export function Rotation({ preview, problem, mayChange, onRotated }: RotationProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const action = useAction()
  const count = preview?.cut_off.length ?? 0
  return (
    <Section title={say.rotation}>
      <ProblemNotice problem={problem ?? action.problem} />
      {preview && (
        <>
          <p>
            {preview.due_at === null ? (
              say.neverDue
            ) : (
              <>
                {say.dueAt} <Time at={preview.due_at} exact />
              </>
            )}
          </p>
          <p>
            {say.nextSince} <Time at={preview.next_since} exact />
          </p>
          <p>{say.ready(preview.ready)}</p>
          {preview.api_keys > 0 && (
            <p>
              {say.hangOn(preview.api_keys)} <Time at={preview.api_keys_until} exact />
            </p>
          )}
          <p class={count > 0 ? 'bad' : undefined}>{count > 0 ? say.cutOff(count) : say.nobodyCutOff}</p>
          {preview.incomplete && <p class="bad">{say.incomplete}</p>}
          {count > 0 && <FetchTable caption={say.rotation} rows={preview.cut_off} />}
          {mayChange && (
            <p class="below">
              <ConfirmButton
                label={say.rotate}
                means={count > 0 ? say.rotateForced(count) : say.rotateMeans}
                now={count > 0 ? say.rotateAnyway : say.rotateNow}
                onConfirmed={(confirmed) =>
                  void action.run(async () => {
                    const query = { force: count > 0 ? 'true' : 'false' } as const
                    await api.end(confirmed, 'POST /v1/keys/rotate', { query })
                    onRotated()
                  })
                }
              />
            </p>
          )}
        </>
      )}
    </Section>
  )
}
