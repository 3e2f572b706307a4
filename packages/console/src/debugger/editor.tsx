import { type Explanation, takeApart } from 'latchkey/token/explain/codes'
import { changed, type Document, empty, partsOf, tokenOf } from './document.ts'
import { type Mark, Marked } from './marked.tsx'
import type { PageWords } from './words/words.ts'

interface EditorProps {
  readonly screen: PageWords['screen']
  readonly document: Document
  readonly explanation: Explanation | undefined
  readonly setDocument: (document: Document) => void
}

/** The token and what it says, each of which can be changed. */
export function Editor({ screen, document, explanation, setDocument }: EditorProps) {
  const token = tokenOf(document)
  const { header, payload, pasted } = partsOf(document)
  return (
    <div class="editor">
      <div>
        <Marked
          id="token"
          label={screen.token}
          value={token}
          rows={10}
          marks={marksIn(token, explanation)}
          onInput={(text) => setDocument({ kind: 'pasted', text })}
        />
        <p class="legend hint">
          {screen.parts} <span class="header">{screen.header}</span>{' '}
          <span class="payload">{screen.payload}</span> <span class="signature">{screen.signature}</span>{' '}
          <span class="fault">{screen.fault}</span>
        </p>
        <p class="row">
          {document.kind !== 'pasted' && (
            <button type="button" onClick={() => setDocument({ kind: 'pasted', text: pasted })}>
              {screen.back}
            </button>
          )}
          {token !== '' && (
            <button type="button" class="quiet" onClick={() => setDocument(empty)}>
              {screen.clear}
            </button>
          )}
        </p>
      </div>
      <div>
        <Marked
          id="header"
          label={screen.header}
          value={header.shown}
          rows={5}
          marks={faultIn('header', header.shown, explanation)}
          onInput={(text) => setDocument(changed(document, 'header', text))}
        />
        <Marked
          id="payload"
          label={screen.payload}
          value={payload.shown}
          rows={12}
          marks={faultIn('payload', payload.shown, explanation)}
          onInput={(text) => setDocument(changed(document, 'payload', text))}
        />
      </div>
    </div>
  )
}

function marksIn(token: string, explanation: Explanation | undefined): readonly Mark[] {
  const { header, payload, signature } = takeApart(token)
  const marks: Mark[] = (explanation?.findings ?? []).flatMap(({ at }) =>
    at ? [{ ...at, kind: 'fault' }] : [],
  )
  if (header) marks.push({ ...header.at, kind: 'header' })
  if (payload) marks.push({ ...payload.at, kind: 'payload' })
  if (signature) marks.push({ ...signature, kind: 'signature' })
  return marks
}

/** Where the JSON of a pane breaks. A text that breaks is shown as it is, so that the position fits. */
function faultIn(part: string, text: string, explanation: Explanation | undefined): readonly Mark[] {
  return (explanation?.findings ?? []).flatMap(({ code, facts }) => {
    if (code !== 'json_broken' || facts.part !== part) return []
    const from = Math.min(Number(facts.position) - 1, Math.max(0, text.length - 1))
    return [{ from, to: from + 1, kind: 'fault' as const }]
  })
}
