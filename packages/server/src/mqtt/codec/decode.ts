import type { Packet, Protocol } from './packets.ts'
import { packetTypes } from './packets.ts'
import { parse } from './parse.ts'
import { Reader } from './reader.ts'
import { malformed, ProtocolError } from './reasons.ts'

/**
 * Turns the bytes of one connection into packets, whatever the chunks they come in. Payloads are views of the
 * chunks. Anything that breaks the protocol throws a ProtocolError, after which the decoder is of no more use.
 */
export class Decoder {
  /** What the peer speaks. On the server's side it is 4 until a CONNECT says otherwise. */
  protocol: Protocol
  readonly #maximumBytes: number
  #chunk: Buffer | undefined
  #position = 0
  /**
   * A packet whose end has not come yet. It has its full size from the start: a peer that drips bytes costs us
   * one packet, not a list of tiny buffers, and every byte is copied once.
   */
  #partial: Buffer | undefined
  #filled = 0

  constructor({ maximumBytes, protocol = 4 }: { maximumBytes: number; protocol?: Protocol }) {
    this.#maximumBytes = maximumBytes
    this.protocol = protocol
  }

  /** Add bytes. */
  push(chunk: Buffer): void {
    if (!this.#chunk) {
      this.#chunk = chunk
      this.#position = 0
    } else {
      // Only the few bytes of a header, or what a paused socket still had to give, are left over here.
      this.#chunk = Buffer.concat([this.#chunk.subarray(this.#position), chunk])
      this.#position = 0
    }
  }

  /** The next whole packet, or nothing until more bytes come. */
  next(): Packet | undefined {
    const chunk = this.#chunk
    if (!chunk) return undefined
    if (this.#partial) return this.#fill(this.#partial, chunk)
    const available = chunk.length - this.#position
    if (available === 0) {
      this.#chunk = undefined // an idle connection holds no buffer
      return undefined
    }
    return this.#read(chunk, this.#position, available)
  }

  #read(chunk: Buffer, start: number, available: number): Packet | undefined {
    if (!packetTypes[chunk[start]! >> 4]) throw malformed('there is no packet type 0')
    let length = 0
    let width = 1
    for (; ; width++) {
      if (width > 4) throw malformed('the remaining length is longer than four bytes')
      if (width >= available) return undefined
      const byte = chunk[start + width]!
      length |= (byte & 0x7f) << (7 * (width - 1))
      if (byte < 0x80) break
    }
    const total = 1 + width + length
    // Refused before it is received, so that nobody can make us hold it.
    if (total > this.#maximumBytes) throw new ProtocolError('packet_too_large', 'the packet is too large')
    if (total > available) {
      this.#partial = Buffer.allocUnsafeSlow(total)
      this.#filled = 0
      return this.#fill(this.#partial, chunk)
    }
    this.#position = start + total
    return this.#parse(chunk, start, width, start + total)
  }

  #fill(partial: Buffer, chunk: Buffer): Packet | undefined {
    const copied = chunk.copy(partial, this.#filled, this.#position)
    this.#filled += copied
    this.#position += copied
    if (this.#position === chunk.length) this.#chunk = undefined
    if (this.#filled < partial.length) return undefined
    this.#partial = undefined
    let width = 1
    while (partial[width]! >= 0x80) width++
    return this.#parse(partial, 0, width, partial.length)
  }

  #parse(buffer: Buffer, start: number, width: number, end: number): Packet {
    const packet = parse(buffer[start]!, new Reader(buffer, start + 1 + width, end), this)
    // 3.1.1 lets the length be written with more bytes than it needs; MQTT 5 does not [MQTT-1.5.5-1].
    if (this.protocol === 5 && width > 1 && buffer[start + width] === 0)
      throw malformed('the remaining length is longer than it needs to be')
    return packet
  }
}
