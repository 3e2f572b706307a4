import { encodePublish, packetIdOffset } from '../codec/encode.ts'
import type { Message, Protocol } from '../codec/packets.ts'
import { aged } from './retained.ts'

/** One message on its way to many subscribers: encoded once for each form that any of them needs. */
export class Delivery {
  readonly message: Message
  readonly #sinceMs: number
  readonly #encoded: (Buffer | undefined)[] = []

  constructor(message: Message, sinceMs: number) {
    this.message = message
    this.#sinceMs = sinceMs
  }

  /** Shared by all who get it: never written to. The packet identifier of QoS 1 is 0, for `identified` to set. */
  encoded(protocol: Protocol, qos: 0 | 1, retain: boolean): Buffer {
    const form = (protocol - 4) * 4 + qos * 2 + Number(retain)
    this.#encoded[form] ??= encodePublish(this.message, protocol, qos, 0, retain)
    return this.#encoded[form]
  }

  identified(protocol: Protocol, retain: boolean, packetId: number): Buffer {
    const publish = Buffer.from(this.encoded(protocol, 1, retain))
    publish.writeUInt16BE(packetId, packetIdOffset(publish))
    return publish
  }

  /** The same after it waited in a queue, or nothing if it has expired [MQTT-3.3.2-5]. */
  after(nowMs: number): Delivery | undefined {
    const message = aged(this.message, nowMs - this.#sinceMs)
    if (!message) return undefined
    return message === this.message ? this : new Delivery(message, nowMs)
  }
}
