/** JSON is laid out and put together as text, so that large numbers, escapes and members that are there twice stay as they are. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** The text on several lines, as people read it; as it is if it is no JSON. */
export function laidOut(text: string): string {
  if (!isJson(text)) return text
  let depth = 0
  let before = ''
  let out = ''
  const newLine = () => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(tokens)) {
    const closes = token === '}' || token === ']'
    if (closes) depth -= 1
    const isEmpty = closes && (before === '{' || before === '[')
    if (closes ? !isEmpty : before === '{' || before === '[' || before === ',') out += newLine()
    out += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth += 1
    before = token
  }
  return out
}

/** The text without blanks between its tokens; as it is if it is no JSON. */
export function compact(text: string): string {
  return isJson(text) ? Array.from(text.matchAll(tokens), ([token]) => token).join('') : text
}

/** The object in a text; undefined where there is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!isJson(text)) return undefined
  const value: unknown = JSON.parse(text)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : undefined // just checked
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
