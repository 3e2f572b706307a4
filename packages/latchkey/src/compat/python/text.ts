/**
 * Blanks as Python has them. JavaScript's `trim` and `\s` lack U+001C to U+001F and U+0085, and take U+FEFF for one, so
 * that one name could be read as two.
 */

/** Python's `str.strip()`. */
export function strip(text: string): string {
  let begin = 0
  let end = text.length
  while (begin < end && isBlank(text.charCodeAt(begin))) begin += 1
  while (end > begin && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(begin, end)
}

/** Python's `str.split()`: the parts between blanks. */
export function words(text: string): string[] {
  return partsOf(text, isBlank)
}

/** Python's `bytes.split()`, with one character for each byte: only the blanks of ASCII count. */
export function asciiWords(text: string): string[] {
  return partsOf(text, isAsciiBlank)
}

function partsOf(text: string, separates: (unit: number) => boolean): string[] {
  const parts: string[] = []
  let begin = -1
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !separates(text.charCodeAt(at))) {
      if (begin === -1) begin = at
    } else if (begin !== -1) {
      parts.push(text.slice(begin, at))
      begin = -1
    }
  }
  return parts
}

function isAsciiBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
}

/** The characters for which Python's `str.isspace()` holds. */
function isBlank(unit: number): boolean {
  if (unit < 0x80) return isAsciiBlank(unit) || (unit >= 0x1c && unit <= 0x1f)
  return unit === 0x85 || (unit !== 0xfeff && /\s/.test(String.fromCharCode(unit)))
}
