interface ScannedJson {
  /** Undefined where the text is not JSON. */
  readonly value: unknown
  /** Where it breaks: an index into the text. */
  readonly brokenAt: number | undefined
  /** The members of an object at the top that were read, also of one that breaks. */
  readonly members: Readonly<Record<string, unknown>>
  /** Names that were there before, and where they stand again. */
  readonly duplicates: readonly { readonly name: string; readonly at: number }[]
  readonly depth: number
  readonly hasInfinity: boolean
}

/**
 * Read JSON (RFC 8259) and remember what JSON.parse does not tell: members written twice, how deep it goes, and
 * where exactly it breaks.
 */
export function scanJson(text: string): ScannedJson {
  const scanner = new Scanner(text)
  try {
    const value = scanner.document()
    return { value, brokenAt: undefined, members: scanner.members, ...scanner.seen }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { value: undefined, brokenAt: scanner.at, members: scanner.members, ...scanner.seen }
  }
}

class Broken extends Error {}

/** Deep enough to tell that it is too deep, and not so deep that reading it fails. */
const deepest = 200

const stringPattern =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON does not allow them within a string.
  /"[^"\\\u0000-\u001f]*(\\(["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y

class Scanner {
  at = 0
  readonly seen = { duplicates: [] as { name: string; at: number }[], depth: 0, hasInfinity: false }
  readonly #text: string
  readonly #top = new Map<string, unknown>()
  #level = 0

  constructor(text: string) {
    this.#text = text
  }

  get members(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#top)
  }

  document(): unknown {
    const value = this.#value()
    this.#skip(/[ \t\n\r]*/y)
    if (this.at < this.#text.length) throw new Broken()
    return value
  }

  #value(): unknown {
    this.#skip(/[ \t\n\r]*/y)
    const first = this.#text[this.at]
    if (first === '{') return this.#nested(() => this.#object())
    if (first === '[') return this.#nested(() => this.#array())
    if (first === '"') return this.#string()
    const literal = this.#skip(/true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y)
    if (literal === '') throw new Broken()
    const value: unknown = JSON.parse(literal)
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) this.seen.hasInfinity = true
    return value
  }

  #nested<T>(read: () => T): T {
    this.#level += 1
    this.seen.depth = Math.max(this.seen.depth, this.#level)
    if (this.#level > deepest) throw new Broken()
    const value = read()
    this.#level -= 1
    return value
  }

  #object(): object {
    const members = this.#level === 1 ? this.#top : new Map<string, unknown>()
    this.at += 1
    if (this.#next('}')) return {}
    do {
      this.#skip(/[ \t\n\r]*/y)
      if (this.#text[this.at] !== '"') throw new Broken()
      const { at } = this
      const name = this.#string()
      if (members.has(name)) this.seen.duplicates.push({ name, at })
      this.#expect(':')
      members.set(name, this.#value())
    } while (this.#next(','))
    this.#expect('}')
    return Object.fromEntries(members)
  }

  #array(): unknown[] {
    const items: unknown[] = []
    this.at += 1
    if (this.#next(']')) return items
    do items.push(this.#value())
    while (this.#next(','))
    this.#expect(']')
    return items
  }

  #string(): string {
    const written = this.#skip(stringPattern)
    if (written === '') throw new Broken()
    return JSON.parse(written) as string // just matched
  }

  #next(character: string): boolean {
    this.#skip(/[ \t\n\r]*/y)
    if (this.#text[this.at] !== character) return false
    this.at += 1
    return true
  }

  #expect(character: string): void {
    if (!this.#next(character)) throw new Broken()
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.at += found.length
    return found
  }
}
