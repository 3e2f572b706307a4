import type { Explanation } from 'latchkey/token/explain/codes'
import { Ask } from './ask.tsx'
import type { ChosenKeys } from './chosen-keys.ts'
import { type Document, tokenOf } from './document.ts'
import { Expected, type Policy } from './expected.tsx'
import { KeyPanel } from './keys.tsx'
import type { ServerKeys } from './server-keys.ts'
import { Share } from './share.tsx'
import { Sign } from './sign.tsx'
import type { Words } from './words/words.ts'

interface PanelsProps {
  readonly words: Words
  readonly serverKeys: ServerKeys
  readonly chosen: ChosenKeys
  readonly explanation: Explanation | undefined
  readonly expected: Policy
  readonly setExpected: (policy: Policy) => void
  readonly nowMs: number
  readonly document: Document
  readonly setDocument: (document: Document) => void
}

/** What stands below the verdict and the editor. Loaded right after them. */
export function Panels(props: PanelsProps) {
  const { words, document } = props
  const token = tokenOf(document)
  return (
    <div class="panels">
      <KeyPanel {...props} />
      <Expected {...props} />
      <Sign {...props} />
      <Share {...{ words, token }} />
      {document.kind === 'pasted' && token !== '' && <Ask key={token} {...{ words, token }} />}
    </div>
  )
}
