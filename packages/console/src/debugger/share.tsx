import { takeApart } from 'latchkey/token/explain/codes'
import { useState } from 'preact/hooks'
import type { Words } from './words/words.ts'

/** A link that holds what the token says, and not the token. What stands behind `#` is sent to no server. */
export function Share({ words: { screen }, token }: { words: Words; token: string }) {
  const [copied, setCopied] = useState('')
  const [header = '', payload = ''] = takeApart(token).token.split('.')
  if (header === '' || payload === '' || !/^[\w+/=-]+$/.test(header + payload)) return null
  const link = `${location.origin}/debugger#t=${encodeURIComponent(`${header}.${payload}.`)}`
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied(link),
      () => setCopied(''),
    )
  return (
    <section>
      <h2>{screen.share}</h2>
      <p class="hint">{screen.shareSays}</p>
      <div class="field">
        <label for="link">{screen.link}</label>
        <input
          id="link"
          class="mono"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      </div>
      <p class="row">
        <button type="button" onClick={copy}>
          {screen.copyLink}
        </button>
        <span role="status">{copied === link && screen.copied}</span>
      </p>
    </section>
  )
}
