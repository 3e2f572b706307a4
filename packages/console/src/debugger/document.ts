import { putTogether, takeApart } from 'latchkey/token/explain/codes'
import { compact, laidOut } from './json-text.ts'

/** A text of the editor: as it is shown, and as it is encoded. */
interface Part {
  readonly shown: string
  readonly written: string
}

/**
 * What is in the editor. The kinds are never mixed up: what was pasted is judged as it is, and is never signed anew; what was
 * changed here is no longer what was pasted, and has no signature until somebody signs it.
 */
export type Document =
  | { readonly kind: 'pasted'; readonly text: string }
  | Edited
  | (Parts & { readonly kind: 'signed'; readonly text: string; readonly by: string })

interface Parts {
  readonly header: Part
  readonly payload: Part
  /** What was pasted before, to go back to. */
  readonly pasted: string
}

export type Edited = Parts & { readonly kind: 'edited' }

export const empty: Document = { kind: 'pasted', text: '' }

/** The text of the token. */
export function tokenOf(document: Document): string {
  return document.kind === 'edited'
    ? `${putTogether(document.header.written, document.payload.written)}.`
    : document.text
}

/** What the two panes of JSON show, of a broken token as far as it goes. */
export function partsOf(document: Document): Parts {
  if (document.kind !== 'pasted') return document
  const { header, payload } = takeApart(document.text)
  const part = (written = '') => ({ shown: laidOut(written), written })
  return { header: part(header?.text), payload: part(payload?.text), pasted: document.text }
}

/** Another text in one of the two panes. The other stays as it was encoded. */
export function changed(document: Document, name: 'header' | 'payload', shown: string): Edited {
  const { header, payload, pasted } = partsOf(document)
  return { kind: 'edited', header, payload, pasted, [name]: { shown, written: compact(shown) } }
}
