import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { LetInList } from '../../elements/let-in-list.tsx'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { words } from './words.ts'

/** The applications that one has let in, and the way to take that back. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/applications', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const takeBack = (confirmed: Confirmed, application: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/me/applications/{application}', { path: { application } })
      reload()
    })
  return (
    <AccountPage title={title} current="applications">
      <p class="hint">{say.about}</p>
      <Section title={say.letIn}>
        <LetInList
          caption={say.letIn}
          applications={value?.items}
          problem={notLoaded ?? problem}
          empty={say.none}
          onTakeBack={takeBack}
        />
      </Section>
    </AccountPage>
  )
}
