import { CeremonyFault } from './fault.ts'

/** What authenticators send. Numbers with a fraction, tags and `undefined` are not among it. */
export type Cbor = number | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap
export type CborMap = ReadonlyMap<number | string, Cbor>

/** CTAP2 section 8: at most four levels of maps and arrays, the outermost included. */
const deepest = 4

/**
 * Read one value in the CTAP2 canonical form, which every authenticator and browser has to write and a reader should insist on
 * (WebAuthn section 2.4): lengths stand before what they count and are as short as can be, and the keys of a map are in
 * order, so that none stands twice. Each byte is looked at once, and nothing is allocated for a length that is only
 * claimed.
 * @returns the value, and where the next byte behind it stands
 * @throws {CeremonyFault} `cbor_malformed`
 */
export function readCbor(bytes: Uint8Array, start = 0): { readonly value: Cbor; readonly end: number } {
  const reader = new Reader(bytes, start)
  const value = reader.value(0)
  return { value, end: reader.at }
}

const unsignedInteger = 0
const negativeInteger = 1
const byteString = 2
const textString = 3
const array = 4
const map = 5
const simple = 7

const simpleValues: ReadonlyMap<number, boolean | null> = new Map([
  [20, false],
  [21, true],
  [22, null],
])
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

class Reader {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  value(depth: number): Cbor {
    const first = this.#byte()
    const major = first >> 5
    if (major === simple) {
      const value = simpleValues.get(first & 31)
      if (value === undefined) throw malformed()
      return value
    }
    const count = this.#argument(first & 31)
    switch (major) {
      case unsignedInteger:
        return count
      case negativeInteger:
        return -1 - count
      case byteString:
        return this.#take(count)
      case textString:
        return this.#text(count)
      case array:
        return this.#array(count, depth + 1)
      case map:
        return this.#map(count, depth + 1)
      default:
        throw malformed()
    }
  }

  #array(count: number, depth: number): readonly Cbor[] {
    this.#checkNesting(count, depth)
    const values: Cbor[] = []
    for (let index = 0; index < count; index += 1) values.push(this.value(depth))
    return values
  }

  #map(count: number, depth: number): CborMap {
    this.#checkNesting(2 * count, depth)
    const entries = new Map<number | string, Cbor>()
    let last: Uint8Array | undefined
    for (let index = 0; index < count; index += 1) {
      const start = this.at
      const key = this.value(depth)
      if (typeof key !== 'number' && typeof key !== 'string') throw malformed()
      const written = this.#bytes.subarray(start, this.at)
      if (last !== undefined && !comesBefore(last, written)) throw malformed()
      last = written
      entries.set(key, this.value(depth))
    }
    return entries
  }

  /** Each value has a byte at least, so a count beyond the rest of the input is a lie. */
  #checkNesting(count: number, depth: number): void {
    if (depth > deepest || count > this.#bytes.length - this.at) throw malformed()
  }

  #text(length: number): string {
    try {
      return utf8.decode(this.#take(length))
    } catch {
      throw malformed()
    }
  }

  /** The number behind the first byte of a value, in no more bytes than it takes. */
  #argument(short: number): number {
    if (short < 24) return short
    const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[short]
    if (width === undefined) throw malformed()
    const smallest = width === 1 ? 24 : 256 ** (width / 2)
    const number = this.#take(width).reduce((sum, byte) => sum * 256 + byte, 0)
    if (number < smallest || number >= Number.MAX_SAFE_INTEGER) throw malformed()
    return number
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw malformed()
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  #byte(): number {
    return this.#take(1)[0]!
  }
}

/**
 * The order of CTAP2 section 8: by major type, then the shorter first, then byte by byte. The first byte has the type in front
 * and, of numbers and texts in their shortest form, then the length. Equal keys are out of order.
 */
function comesBefore(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) < 0
}

const malformed = () => new CeremonyFault('cbor_malformed')
