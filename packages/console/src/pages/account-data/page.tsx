import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { save } from '../../api/save.ts'
import { useConsole, useWords } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import type { PageProps } from '../../page-definition.ts'
import { words } from './words.ts'

/** All that is held about oneself, as a file. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { busy, problem, run } = useAction()
  const [isSaved, setIsSaved] = useState(false)
  const download = () =>
    void run(async () => {
      setIsSaved(false)
      save(await api.file('POST /v1/me/data'), 'my-data.json')
      setIsSaved(true)
    })
  return (
    <AccountPage title={title} current="data">
      <p>{say.dataAbout}</p>
      <ProblemNotice problem={problem} />
      <p class="row">
        <button type="button" aria-busy={busy} onClick={download}>
          {say.download}
        </button>
        <span class="hint" role="status">
          {isSaved ? say.downloaded : say.downloadHint}
        </span>
      </p>
    </AccountPage>
  )
}
