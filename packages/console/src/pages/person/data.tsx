import { useAction } from '../../api/action.ts'
import { save } from '../../api/save.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import type { Person } from './facts.tsx'
import { words } from './words.ts'

/** All that is held about a person, as a file. It says that they are told before it is done. */
export function Data({ person: { id, username } }: { person: Person }) {
  const { api } = useConsole()
  const say = useWords(words)
  const { problem, run } = useAction()
  const download = () =>
    void run(async () =>
      save(await api.file('POST /v1/users/{id}/data', { path: { id } }), `${username}.json`),
    )
  return (
    <Section title={say.data}>
      <ProblemNotice problem={problem} />
      <p class="row">
        <ConfirmButton
          label={say.download}
          means={say.downloadMeans(username)}
          now={say.downloadNow}
          onConfirmed={download}
        />
      </p>
    </Section>
  )
}
