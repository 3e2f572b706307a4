import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { LetInList } from '../../elements/let-in-list.tsx'
import { Section } from '../../elements/section.tsx'
import { letInWords } from '../../words/let-in.ts'

/** The applications that a person has let in; those who may change the person take it back. */
export function Applications({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(letInWords)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/applications', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const takeBack = (confirmed: Confirmed, application: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/users/{id}/applications/{application}', {
        path: { id, application },
      })
      reload()
    })
  return (
    <Section title={say.applications}>
      <LetInList
        caption={say.applications}
        applications={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noApplications}
        onTakeBack={mayWrite ? takeBack : undefined}
      />
    </Section>
  )
}
