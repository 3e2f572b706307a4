import { Refusal } from './errors.ts'

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
