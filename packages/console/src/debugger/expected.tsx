import { localText } from './times.ts'
import type { Words } from './words/words.ts'

export interface Policy {
  readonly issuer: string
  readonly audience: string
  /** As an input of type `datetime-local` holds it; empty for now. */
  readonly asOf: string
}

interface ExpectedProps {
  readonly words: Words
  readonly expected: Policy
  readonly setExpected: (policy: Policy) => void
  readonly nowMs: number
}

/** What the token is held against besides its keys. */
export function Expected({ words: { screen }, expected, setExpected, nowMs }: ExpectedProps) {
  return (
    <section>
      <h2>{screen.expected}</h2>
      {(['issuer', 'audience'] as const).map((name) => (
        <div key={name} class="field">
          <label for={name}>{screen[name]}</label>
          <input
            id={name}
            class="mono"
            value={expected[name]}
            placeholder={screen.unchecked}
            spellcheck={false}
            onInput={(event) => setExpected({ ...expected, [name]: event.currentTarget.value.trim() })}
          />
        </div>
      ))}
      <div class="field">
        <label for="as-of">{screen.asOf}</label>
        <div class="row as-of">
          <input
            id="as-of"
            type="datetime-local"
            step="1"
            value={expected.asOf === '' ? localText(nowMs) : expected.asOf}
            onInput={(event) => setExpected({ ...expected, asOf: event.currentTarget.value })}
          />
          <button type="button" onClick={() => setExpected({ ...expected, asOf: '' })}>
            {screen.now}
          </button>
        </div>
      </div>
    </section>
  )
}
