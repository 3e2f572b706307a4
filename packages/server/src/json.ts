import { type Fault, Refusal } from './errors.ts'

/** More than any document needs, and little enough for everyone who walks over it, JSON.stringify above all. */
const deepest = 64

/**
 * Parse JSON that somebody sent. `what` says in the refusal what it was.
 * @throws {Refusal} `request_invalid` where it is not JSON, or nested deeper than 64 levels: JSON.parse takes any
 *   depth, and whatever walks over the result later, by recursion, would end in an overflow that is our bug.
 */
export function parseJson(text: string, what: string): unknown {
  if (isDeeperThan(deepest, text)) {
    throw new Refusal('request_invalid', `${what} is nested deeper than ${deepest} levels`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('request_invalid', `${what} is not JSON`)
  }
}

/** Counts brackets outside of strings; what is not JSON may count as anything, since the parser refuses it. */
function isDeeperThan(levels: number, text: string): boolean {
  if (text.length <= 2 * levels) return false
  let depth = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (inString) {
      if (character === '\\') index += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      depth += 1
      if (depth > levels) return true
    } else if (character === ']' || character === '}') depth -= 1
  }
  return false
}

/**
 * Parse JSON whose content is stored as values, not as text. What could not be given back as it was sent is refused with
 * its place (RFC 6901): a number that a double does not hold (`9007199254740995`, `1e309`), and a member that stands twice.
 * @throws {Refusal} `request_invalid`
 */
export function parseExactJson(text: string, what: string): unknown {
  const value = parseJson(text, what)
  const fault = inexactPart(text)
  if (fault)
    throw new Refusal('request_invalid', `${what} cannot be kept as it was sent`, { faults: [fault] })
  return value
}

/** Where the walk is: in an object, with the members seen so far and the one that is read; or in an array, with its index. */
type Level =
  | { readonly kind: 'object'; readonly members: Set<string>; member: string }
  | { readonly kind: 'array'; index: number }

const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g

/** The first part of JSON (which it is known to be) that would change. One pass over the tokens. */
function inexactPart(text: string): Fault | undefined {
  const levels: Level[] = []
  let before = ''
  const place = () =>
    levels.map((level) => `/${level.kind === 'array' ? level.index : pointerToken(level.member)}`).join('')
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1)
    if (token === '{') levels.push({ kind: 'object', members: new Set(), member: '' })
    else if (token === '[') levels.push({ kind: 'array', index: 0 })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',' && level?.kind === 'array') level.index += 1
    else if (token.startsWith('"') && level?.kind === 'object' && (before === '{' || before === ',')) {
      level.member = JSON.parse(token) as string // a token of the form of a string is one
      if (level.members.has(level.member)) return { field: place(), reason: 'stands more than once' }
      level.members.add(level.member)
    } else if (/^[-\d]/.test(token) && !isExact(token)) {
      return { field: place(), reason: 'is a number that would be changed; send it as text' }
    }
    before = token
  }
  return undefined
}

/** Whether a double holds the number that is written: its shortest spelling stands for the same decimal. */
function isExact(written: string): boolean {
  const number = Number(written)
  return Number.isFinite(number) && decimalOf(written) === decimalOf(String(number))
}

/** Significant digits and exponent, so that `1.50e3` and `1500` are the same text. */
function decimalOf(written: string): string {
  const [mantissa = '', exponent = '0'] = written.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = trimZeros(digits)
  if (significant === '') return '0'
  const place = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${mantissa.startsWith('-') ? '-' : ''}${significant}e${place}`
}

/** A loop, because `/0+$/` takes quadratic time over zeros that are not at the end. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}

/** RFC 6901 section 3. A member's name is the caller's text, so it is cut short. */
export function pointerToken(key: string): string {
  return key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')
}
