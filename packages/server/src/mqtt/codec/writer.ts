// A fixed header is a type and a length of one to four bytes. The body is written first, behind this gap,
// and the header then goes right before it, so that a packet is one buffer and is written once.
const headerGap = 5

/** Writes the data types of MQTT (section 1.5) into one growing buffer that becomes one packet. */
export class Writer {
  #buffer: Buffer
  #end = headerGap

  constructor(expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(headerGap + expectedBytes)
  }

  /** How many bytes of the body are written. */
  get length(): number {
    return this.#end - headerGap
  }

  byte(value: number): this {
    const at = this.#reserve(1)
    this.#buffer[at] = value
    return this
  }

  uint16(value: number): this {
    const at = this.#reserve(2)
    this.#buffer[at] = value >>> 8
    this.#buffer[at + 1] = value & 0xff
    return this
  }

  uint32(value: number): this {
    const at = this.#reserve(4)
    this.#buffer.writeUInt32BE(value, at)
    return this
  }

  variableByteInteger(value: number): this {
    let rest = value
    do {
      const byte = rest % 128
      rest = Math.floor(rest / 128)
      this.byte(rest > 0 ? byte | 0x80 : byte)
    } while (rest > 0)
    return this
  }

  bytes(value: Buffer): this {
    const at = this.#reserve(value.length)
    value.copy(this.#buffer, at)
    return this
  }

  binary(value: Buffer): this {
    if (value.length > 0xffff) throw new TypeError('binary data in a packet is at most 65,535 bytes')
    return this.uint16(value.length).bytes(value)
  }

  string(value: string): this {
    const length = Buffer.byteLength(value)
    if (length > 0xffff) throw new TypeError('a string in a packet is at most 65,535 bytes')
    this.uint16(length)
    const at = this.#reserve(length)
    this.#buffer.write(value, at, length, 'utf8')
    return this
  }

  /** Run `write`, then put the length of what it wrote in front of it, as a variable byte integer. */
  measured(write: () => void): this {
    const start = this.#end
    write()
    const length = this.#end - start
    const width = lengthWidth(length)
    this.#reserve(width)
    this.#buffer.copyWithin(start + width, start, start + length)
    putLength(this.#buffer, start, length)
    return this
  }

  /** The finished packet: `first` is the type and its flags. */
  packet(first: number): Buffer {
    const length = this.#end - headerGap
    const start = headerGap - 1 - lengthWidth(length)
    this.#buffer[start] = first
    putLength(this.#buffer, start + 1, length)
    return this.#buffer.subarray(start, this.#end)
  }

  #reserve(length: number): number {
    const at = this.#end
    this.#end += length
    if (this.#end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#end, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    return at
  }
}

function lengthWidth(length: number): number {
  let width = 1
  for (let rest = length; rest >= 128; rest >>>= 7) width++
  if (width > 4) throw new TypeError('a packet is at most 268,435,455 bytes')
  return width
}

function putLength(buffer: Buffer, at: number, length: number): void {
  let position = at
  let rest = length
  while (rest >= 128) {
    buffer[position++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[position] = rest
}
