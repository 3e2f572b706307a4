import { Refusal } from './errors.ts'
import { wholeText } from './whole-text.ts'

/**
 * Characters that are invisible, or change how others are shown: control and format characters, surrogates, unassigned and
 * private ones
 * (`\p{C}`), what fonts leave out (`\p{Default_Ignorable_Code_Point}`, among them the Hangul fillers and the combining grapheme
 * joiner), bidirectional controls, and the separators of lines and paragraphs.
 */
const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

/** The same as a pattern of a whole text, for schemas. */
export const withoutHidden = wholeText(
  /[^\p{C}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]*/u,
)

/** Blanks, marks without a letter, and the blank Braille pattern. */
const blankOnly = wholeText(/[\p{Z}\p{M}\u2800]*/u)

/** Whether a text has visible characters, and no invisible ones: the rule for every name that a user chooses. */
export function isVisible(text: string): boolean {
  return withoutHidden.test(text) && !blankOnly.test(text)
}

/** @throws {Refusal} `request_invalid` for a name that is not visible, or longer than `maximum` */
export function requireVisible(field: string, text: string, maximum: number): void {
  if (text.length <= maximum && isVisible(text)) return
  const reason = `must be 1 to ${maximum} visible characters, without control or invisible ones`
  throw new Refusal('request_invalid', `the ${field} ${reason}`, { faults: [{ field: `/${field}`, reason }] })
}

/**
 * A text as a terminal may show it: what is hidden is written as an escape, so that what others wrote (a header, a message
 * of a device) neither commands the terminal nor reorders or hides what stands beside it.
 */
export function escapeHidden(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0)!.toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}

/** The same of a text of several lines. */
export function escapeHiddenInLines(text: string): string {
  return text.split('\n').map(escapeHidden).join('\n')
}

/** JSON of the same value in which nothing is hidden: JSON itself escapes only what is below U+0020. */
export function visibleJson(value: unknown, indent?: number): string {
  // Outside of its strings JSON has ASCII and line breaks only, so whatever else is found is in one, where it may be escaped.
  return (JSON.stringify(value, null, indent) ?? 'null').replace(hidden, (character) => {
    if (character === '\n') return character
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}
