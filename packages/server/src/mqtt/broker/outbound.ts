import type { Socket } from 'node:net'
import type { Protocol } from '../codec/packets.ts'
import type { Delivery } from './delivery.ts'

interface Waiting {
  readonly delivery: Delivery
  readonly retain: boolean
  readonly bytes: number
}

/** What became of a message for one subscriber. */
export type Sent = 'sent' | 'queued' | 'dropped' | 'overflow'

export interface OutboundOptions {
  readonly protocol: Protocol
  /** QoS 1 messages that may be unacknowledged: the client's Receive Maximum [MQTT-3.3.4-9] or our limit. */
  readonly window: number
  /** The client's Maximum Packet Size, beyond which a packet is not sent [MQTT-3.1.2-24]. */
  readonly maximumPacketSize: number
  readonly queueDropBytes: number
  readonly queueCloseBytes: number
}

/**
 * The way to one client. Packets are gathered and written once for each turn of the event loop; what a slow
 * client does not take is bounded.
 */
export class Outbound {
  messages = 0
  readonly #socket: Socket
  readonly #options: OutboundOptions
  #packets: Buffer[] = []
  #bytes = 0
  // Most connections never receive QoS 1, so these come when needed.
  #inFlight: Set<number> | undefined
  #waiting: Waiting[] | undefined
  #waitingBytes = 0
  #lastPacketId = 0

  constructor(socket: Socket, options: OutboundOptions) {
    this.#socket = socket
    this.#options = options
  }

  /** Queue an encoded packet for the next `flush`. One that is too large for the client is dropped [MQTT-3.1.2-24]. */
  send(packet: Buffer): void {
    if (packet.length > this.#options.maximumPacketSize) return
    this.#packets.push(packet)
    this.#bytes += packet.length
  }

  get backlogBytes(): number {
    return this.#bytes + this.#waitingBytes + this.#socket.writableLength
  }

  get overflows(): boolean {
    return this.backlogBytes > this.#options.queueCloseBytes
  }

  /** Send a message. A QoS 0 one is dropped when the client is slow; `overflow` means that it must be closed. */
  deliver(delivery: Delivery, qos: 0 | 1, retain: boolean): Sent {
    const { protocol, queueDropBytes, window, maximumPacketSize } = this.#options
    const encoded = delivery.encoded(protocol, qos, retain)
    // "the Server MUST discard it without sending it and then behave as if it had completed" [MQTT-3.1.2-25].
    if (encoded.length > maximumPacketSize) return 'dropped'
    const backlog = this.backlogBytes
    if (qos === 0) {
      if (backlog > queueDropBytes) return 'dropped'
      this.messages++
      this.send(encoded)
      return 'sent'
    }
    // Without a window there would be no bound on what a client that never acknowledges costs.
    if (this.overflows) return 'overflow'
    // None waits while there is room: each acknowledgement fills it.
    if ((this.#inFlight?.size ?? 0) >= window) {
      this.#waiting ??= []
      this.#waiting.push({ delivery, retain, bytes: encoded.length })
      this.#waitingBytes += encoded.length
      return 'queued'
    }
    this.#sendIdentified(delivery, retain)
    return 'sent'
  }

  /** Whether a message of this identifier was sent and is not acknowledged. */
  awaits(packetId: number): boolean {
    return this.#inFlight?.has(packetId) ?? false
  }

  /** The client acknowledged. An identifier that is not in flight is ignored: nothing can be lost by it. */
  acknowledged(packetId: number, nowMs: number): void {
    if (!this.#inFlight?.delete(packetId)) return
    while (this.#waiting && this.#inFlight.size < this.#options.window) {
      const next = this.#waiting.shift()
      if (next) {
        this.#waitingBytes -= next.bytes
        const current = next.delivery.after(nowMs)
        if (current) this.#sendIdentified(current, next.retain)
      }
      if (this.#waiting.length === 0) this.#waiting = undefined
    }
  }

  /** Write what is queued, as one buffer where that is cheap. */
  flush(): void {
    const packets = this.#packets
    if (packets.length === 0) return
    const bytes = this.#bytes
    this.#packets = []
    this.#bytes = 0
    const socket = this.#socket
    if (!socket.writable) return
    if (packets.length === 1) {
      socket.write(packets[0]!)
    } else if (bytes <= 65_536) {
      socket.write(Buffer.concat(packets, bytes))
    } else {
      socket.cork()
      for (const packet of packets) socket.write(packet)
      socket.uncork()
    }
  }

  /** Forget the messages that were to be delivered. Acknowledgements go out still. */
  abandon(): void {
    this.#waiting = undefined
    this.#waitingBytes = 0
  }

  #sendIdentified(delivery: Delivery, retain: boolean): void {
    this.#inFlight ??= new Set()
    // There is a free one: the window is smaller than the 65,535 identifiers.
    do this.#lastPacketId = (this.#lastPacketId % 65_535) + 1
    while (this.#inFlight.has(this.#lastPacketId))
    this.#inFlight.add(this.#lastPacketId)
    this.messages++
    this.send(delivery.identified(this.#options.protocol, retain, this.#lastPacketId))
  }
}
