import type { Explanation, Finding } from 'latchkey/token/explain/codes'
import { inWords, type Words } from './words/words.ts'

/** What a verifier would hold against the token, in its order; then what is worth knowing. */
export function Findings({ words, explanation }: { words: Words; explanation: Explanation }) {
  const { screen } = words
  const refusals = explanation.findings.filter(({ level }) => level === 'refusal')
  const others = explanation.findings.filter(({ level }) => level !== 'refusal')
  return (
    <>
      {refusals.length > 0 && (
        <section>
          <h2>{screen.fails}</h2>
          <ol class="findings">
            {refusals.map((finding, index) => (
              <One key={index} {...{ words, finding }} />
            ))}
          </ol>
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h2>{screen.worthKnowing}</h2>
          <ul class="findings">
            {others.map((finding, index) => (
              <One key={index} {...{ words, finding }} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function One({ words, finding }: { words: Words; finding: Finding }) {
  const { says, mends } = inWords(words, finding)
  const { at, error } = finding
  return (
    <li>
      {says} {at && at.to > at.from && words.screen.character(at.from + 1, at.to)}{' '}
      <span class="faint">{mends}</span> {error && <code class="faint">{error}</code>}
    </li>
  )
}
