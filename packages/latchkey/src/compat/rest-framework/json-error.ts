/**
 * What Python's `json.loads` says of a text that is not JSON: `Expecting value: line 1 column 1 (char 0)`. Undefined if
 * it has nothing to say. Positions count code points.
 */
export function jsonError(text: string): string | undefined {
  const scanner = new Scanner(text)
  try {
    scanner.document()
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
  return undefined
}

class Fault extends Error {}

/** Python's own limit is about there, and ends in a 500. */
const maxDepth = 900

class Scanner {
  readonly #chars: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#chars = Array.from(text)
  }

  document(): void {
    if (this.#chars[0] === '\ufeff') this.#fail('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0)
    this.#skipBlanks()
    this.#value(0)
    this.#skipBlanks()
    if (this.#at !== this.#chars.length) this.#fail('Extra data')
  }

  #value(depth: number): void {
    const char = this.#chars[this.#at]
    if (depth > maxDepth) this.#fail('Expecting value')
    if (char === '"') this.#string()
    else if (char === '{') this.#object(depth)
    else if (char === '[') this.#array(depth)
    else this.#literal()
  }

  #object(depth: number): void {
    this.#at += 1
    this.#skipBlanks()
    if (this.#take('}')) return
    for (;;) {
      if (this.#chars[this.#at] !== '"') this.#fail('Expecting property name enclosed in double quotes')
      this.#string()
      this.#skipBlanks()
      if (!this.#take(':')) this.#fail("Expecting ':' delimiter")
      this.#skipBlanks()
      this.#value(depth + 1)
      this.#skipBlanks()
      if (this.#take('}')) return
      if (!this.#take(',')) this.#fail("Expecting ',' delimiter")
      this.#skipBlanks()
    }
  }

  #array(depth: number): void {
    this.#at += 1
    this.#skipBlanks()
    if (this.#take(']')) return
    for (;;) {
      this.#value(depth + 1)
      this.#skipBlanks()
      if (this.#take(']')) return
      if (!this.#take(',')) this.#fail("Expecting ',' delimiter")
      this.#skipBlanks()
    }
  }

  #string(): void {
    const begin = this.#at
    this.#at += 1
    for (;;) {
      const char = this.#chars[this.#at]
      if (char === undefined) this.#fail('Unterminated string starting at', begin)
      if (char === '"') break
      if (char < ' ') this.#fail('Invalid control character at')
      this.#at += 1
      if (char === '\\') this.#escape(begin)
    }
    this.#at += 1
  }

  #escape(begin: number): void {
    const char = this.#chars[this.#at]
    if (char === undefined) this.#fail('Unterminated string starting at', begin)
    if (char !== 'u') {
      if (!'"\\/bfnrt'.includes(char)) this.#fail('Invalid \\escape', this.#at - 1)
      this.#at += 1
      return
    }
    const digits = this.#chars.slice(this.#at + 1, this.#at + 5).join('')
    // Python wants one more character behind the digits, for the quote.
    if (!/^[\da-fA-F]{4}$/.test(digits) || this.#at + 5 >= this.#chars.length) {
      this.#fail('Invalid \\uXXXX escape')
    }
    this.#at += 5
  }

  #literal(): void {
    let end = this.#at
    // No longer than the literal may be, or a list of zeros would be read many times.
    while (/^[-+.\w]$/.test(this.#chars[end] ?? '')) end += 1
    const rest = this.#chars.slice(this.#at, end).join('')
    // What Python takes for a number, Django REST framework refuses.
    const constant = /^(NaN|-?Infinity)/.exec(rest)
    if (constant) throw new Fault(`Out of range float values are not JSON compliant: '${constant[0]}'`)
    const literal = /^(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/.exec(rest)
    if (!literal) this.#fail('Expecting value')
    this.#at += literal[0].length
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false
    this.#at += 1
    return true
  }

  #skipBlanks(): void {
    while (/^[ \t\n\r]$/.test(this.#chars[this.#at] ?? '')) this.#at += 1
  }

  #fail(what: string, at = this.#at): never {
    const before = this.#chars.slice(0, at)
    const line = before.filter((char) => char === '\n').length + 1
    throw new Fault(`${what}: line ${line} column ${at - before.lastIndexOf('\n')} (char ${at})`)
  }
}
