import type { Explanation, Member } from 'latchkey/token/explain/codes'
import { absolute, relative } from './times.ts'
import type { Words } from './words/words.ts'

interface SaidProps {
  readonly words: Words
  readonly explanation: Explanation
  readonly nowMs: number
}

/** Every header parameter and claim with its meaning; times by the reader's clock, and how far away. */
export function Said({ words, explanation: { header, claims }, nowMs }: SaidProps) {
  const { screen, meanings } = words
  if (header.length + claims.length === 0) return null
  const rows = [
    ...header.map((one) => [screen.header, one] as const),
    ...claims.map((one) => ['', one] as const),
  ]
  return (
    <section>
      <h2>{screen.says}</h2>
      <table class="said">
        <thead>
          <tr>
            <th scope="col">{screen.name}</th>
            <th scope="col">{screen.value}</th>
            <th scope="col">{screen.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([part, member], index) => (
            <tr key={index}>
              <td data-title={screen.name}>
                <div>
                  <code>{member.name}</code>
                  {part !== '' && <span class="faint"> {part}</span>}
                </div>
              </td>
              <td data-title={screen.value}>
                <div>
                  <Value {...{ words, member, nowMs }} />
                </div>
              </td>
              <td data-title={screen.meaning} class="faint">
                <div>{Object.hasOwn(meanings, member.name) && meanings[member.name]}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Value({ words, member, nowMs }: { words: Words; member: Member; nowMs: number }) {
  const { screen, language } = words
  const { value, time } = member
  if (value === undefined) return <span class="faint">{screen.hidden}</span>
  const text = JSON.stringify(value)
  const shown = text.length > 400 ? `${text.slice(0, 399)}…` : text
  if (time === undefined || typeof value !== 'number') return <code>{shown}</code>
  return (
    <>
      <code>{shown}</code>{' '}
      <span class="when">
        {absolute(language, value) ?? screen.noCalendar}
        {Math.abs(value) < 1e11 && ` · ${relative(language, value, nowMs)}`}
      </span>
    </>
  )
}
