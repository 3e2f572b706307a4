import { useAction } from '../api/action.ts'
import { save } from '../api/save.ts'
import { ProblemNotice } from './notice.tsx'

const formats = ['csv', 'ndjson'] as const
type Format = (typeof formats)[number]

/** The two forms in which a list is taken away as a file. */
export function SaveAs({
  words: { saveCsv, saveNdjson, saveHint },
  name,
  take,
}: {
  words: { readonly saveCsv: string; readonly saveNdjson: string; readonly saveHint: string }
  /** Of the file, without its ending. */
  name: string
  take: (format: Format) => Promise<Blob>
}) {
  const { busy, problem, run } = useAction()
  const saveAs = (format: Format) => void run(async () => save(await take(format), `${name}.${format}`))
  return (
    <>
      <p class="row">
        {formats.map((format) => (
          <button key={format} type="button" aria-busy={busy} onClick={() => saveAs(format)}>
            {format === 'csv' ? saveCsv : saveNdjson}
          </button>
        ))}
        <span class="hint">{saveHint}</span>
      </p>
      <ProblemNotice problem={problem} />
    </>
  )
}
