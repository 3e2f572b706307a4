import { isUtf8 } from 'node:buffer'
import { malformed } from './reasons.ts'

/** Reads the data types of MQTT (section 1.5) from one packet, and never past its end. */
export class Reader {
  readonly buffer: Buffer
  position: number
  readonly end: number

  constructor(buffer: Buffer, position: number, end: number) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get done(): boolean {
    return this.position >= this.end
  }

  byte(): number {
    return this.buffer[this.#take(1)]!
  }

  uint16(): number {
    const at = this.#take(2)
    return (this.buffer[at]! << 8) | this.buffer[at + 1]!
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.#take(4))
  }

  /** Only in MQTT 5, where "the encoded value MUST use the minimum number of bytes" [MQTT-1.5.5-1]. */
  variableByteInteger(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed('a variable byte integer is longer than it needs to be')
        return value
      }
    }
    throw malformed('a variable byte integer is longer than four bytes')
  }

  /** A view, not a copy. */
  binary(): Buffer {
    const length = this.uint16()
    const at = this.#take(length)
    return this.buffer.subarray(at, at + length)
  }

  /** Well-formed UTF-8 [MQTT-1.5.4-1] without U+0000 [MQTT-1.5.4-2]; a byte order mark stays [MQTT-1.5.4-3]. */
  string(): string {
    const length = this.uint16()
    const at = this.#take(length)
    const { buffer } = this
    // Topics and client identifiers are nearly always ASCII, and then a byte is a character.
    for (let i = at; i < at + length; i++) {
      const byte = buffer[i]!
      if (byte === 0) throw malformed('a string holds U+0000')
      if (byte >= 0x80) return wellFormed(buffer.subarray(at, at + length))
    }
    return buffer.toString('latin1', at, at + length)
  }

  /** All that is left, as a view. */
  rest(): Buffer {
    const rest = this.buffer.subarray(this.position, this.end)
    this.position = this.end
    return rest
  }

  /** A reader of the next `length` bytes, which this one then has behind it. */
  section(length: number): Reader {
    const at = this.#take(length)
    return new Reader(this.buffer, at, at + length)
  }

  #take(length: number): number {
    const at = this.position
    if (at + length > this.end) throw malformed('a field ends after its packet does')
    this.position = at + length
    return at
  }
}

function wellFormed(bytes: Buffer): string {
  // isUtf8 refuses encoded surrogates too, as the same clause demands.
  if (!isUtf8(bytes)) throw malformed('a string is not UTF-8')
  if (bytes.includes(0)) throw malformed('a string holds U+0000')
  return bytes.toString('utf8')
}
