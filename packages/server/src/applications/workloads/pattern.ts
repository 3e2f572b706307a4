import { wholeText } from '../../whole-text.ts'

const mostStars = 3
const longest = 500
const visible = wholeText(/[\x21-\x7e]+/)

/**
 * What is wrong with a pattern of subjects; undefined if nothing is. It begins with what the issuer gives to one tenant alone: a
 * pattern that any tenant fits would let strangers in.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > longest || !visible.test(pattern)) {
    return `has 1 to ${longest} visible characters of ASCII, without blanks`
  }
  const stars = pattern.split('*').length - 1
  if (stars > mostStars) return `has ${mostStars} asterisks at most`
  const head = pattern.slice(0, pattern.indexOf('*'))
  return stars > 0 && head.length < 5
    ? 'begins with five letters at least before the first asterisk'
    : undefined
}

/** Whether a subject fits a pattern, of which an asterisk stands for any text, also for none. In time that grows with the text alone. */
export function fitsPattern(pattern: string, subject: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return subject === pattern
  if (!subject.startsWith(first) || !subject.endsWith(last)) return false
  const end = subject.length - last.length
  let at = first.length
  for (const part of rest) {
    const found = subject.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= end
}
