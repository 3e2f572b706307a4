import { randomBytes } from 'node:crypto'

/** Nobody can know it, so no string of an answer can be taken for one of ours. */
const mark = randomBytes(16).toString('hex')
const marked = new RegExp(`"${mark}((?:[^"\\\\]|\\\\.)*)"`, 'g')

/**
 * JSON that is given back inside of an answer as it was sent, byte for byte. Parsing it and writing it again would change
 * numbers that a double cannot hold, and the order of some members.
 */
export class JsonText {
  readonly #text: string

  /** @param text JSON that has been parsed once, so that it is known to be JSON. */
  constructor(text: string) {
    this.#text = text
  }

  /** A string that `jsonOf` puts the text in place of. */
  toJSON(): string {
    return mark + this.#text
  }
}

/** `JSON.stringify`, with each {@link JsonText} as it was sent. */
export function jsonOf(body: unknown): string {
  const written = JSON.stringify(body)
  if (!written.includes(mark)) return written
  return written.replace(marked, (_, escaped: string) => JSON.parse(`"${escaped}"`) as string)
}
