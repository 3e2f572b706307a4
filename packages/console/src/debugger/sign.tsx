import type { SigningKey } from 'latchkey/token/explain/web'
import { signAsWritten } from 'latchkey/token/explain/web/keys'
import { useState } from 'preact/hooks'
import { type ChosenKeys, nameOf } from './chosen-keys.ts'
import { type Document, partsOf } from './document.ts'
import { objectIn } from './json-text.ts'
import type { Words } from './words/words.ts'

interface SignProps {
  readonly words: Words
  readonly document: Document
  readonly chosen: ChosenKeys
  readonly setDocument: (document: Document) => void
}

/** Signs what stands in the editor. Nothing is ever signed but by this button. */
export function Sign({ words, document, chosen, setDocument }: SignProps) {
  const { screen } = words
  const [failed, setFailed] = useState('')
  const { header, payload, pasted } = partsOf(document)
  const alg = objectIn(header.written)?.alg
  const key = chosen.signing.find(({ algorithm }) => algorithm === alg) ?? chosen.signing[0]
  if (key === undefined) {
    return (
      <section>
        <h2>{screen.sign}</h2>
        <p class="hint">{screen.signHint}</p>
      </section>
    )
  }
  const differs = key.algorithm !== alg
  const sign = async (key: SigningKey) => {
    try {
      const text = await signAsWritten(header.written, payload.written, key)
      setFailed('')
      setDocument({ kind: 'signed', header, payload, pasted, text, by: nameOf(words, key) })
      // The signature is judged by the key that made it.
      chosen.choose('own', chosen.text, chosen.wanted)
    } catch {
      setFailed(screen.signFailed)
    }
  }
  return (
    <section>
      <h2>{screen.sign}</h2>
      <p>
        {screen.signWith} {nameOf(words, key)}
      </p>
      {differs && <p class="hint">{screen.algorithmDiffers(key.algorithm)}</p>}
      <button type="button" class="main" disabled={differs} onClick={() => sign(key)}>
        {screen.signNow}
      </button>
      {failed !== '' && (
        <p class="bad" role="alert">
          {failed}
        </p>
      )}
    </section>
  )
}
