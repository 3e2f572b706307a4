import { encodePublish } from '../codec/encode.ts'
import type { Message } from '../codec/packets.ts'
import { TopicTree } from './topic-tree.ts'

interface Kept {
  readonly message: Message
  readonly bytes: number
  readonly sinceMs: number
}

/** What an entry costs besides its topic and payload, roughly: nodes, map entries, objects. */
const entryBytes = 500

/** The last retained message of each topic, bounded in count and bytes. */
export class RetainedMessages {
  readonly #tree = new TopicTree<Kept>()
  readonly #limits: { readonly retainedMessages: number; readonly retainedBytes: number }
  #bytes = 0

  constructor(limits: { readonly retainedMessages: number; readonly retainedBytes: number }) {
    this.#limits = limits
  }

  get size(): number {
    return this.#tree.size
  }

  /** Whether `store` would keep it. Removing always fits. */
  fits(message: Message): boolean {
    if (message.payload.length === 0) return true
    const before = this.#tree.get(message.topic)
    const count = this.#tree.size + (before ? 0 : 1)
    const bytes = this.#bytes + cost(message) - (before?.bytes ?? 0)
    return count <= this.#limits.retainedMessages && bytes <= this.#limits.retainedBytes
  }

  /**
   * Keep a message in place of the one before; an empty one only removes it [MQTT-3.3.1-6]. Where there is no room
   * the one before is removed all the same, for it is no longer true.
   */
  store(message: Message, nowMs: number): void {
    const fits = this.fits(message)
    const { topic, payload } = message
    const before = this.#tree.get(topic)
    if (before) {
      this.#bytes -= before.bytes
      this.#tree.delete(topic)
    }
    if (payload.length === 0 || !fits) return
    const bytes = cost(message)
    this.#tree.set(topic, { message: copy(message), bytes, sinceMs: nowMs })
    this.#bytes += bytes
  }

  /** What a new subscription to `filter` is sent, each with the expiry that is left of it [MQTT-3.3.2-6]. */
  matching(filter: string, nowMs: number): Message[] {
    const found: Message[] = []
    for (const { message, sinceMs } of this.#tree.matchingFilter(filter)) {
      const current = aged(message, nowMs - sinceMs)
      if (current) found.push(current)
      else this.store({ ...message, payload: Buffer.alloc(0) }, nowMs)
    }
    return found
  }
}

/** With its properties, which can be larger than the payload. */
function cost(message: Message): number {
  return encodePublish(message, 5, 0, 0, message.retain).length + entryBytes
}

/** A copy, because buffers in it may be small parts of a large chunk, which would stay with them. */
function copy({ topic, payload, qos, retain, properties }: Message): Message {
  const { correlationData } = properties
  const kept = correlationData ? { ...properties, correlationData: Buffer.from(correlationData) } : properties
  return { topic, payload: Buffer.from(payload), qos, retain, properties: kept }
}

/** The message after waiting `elapsedMs` here, or nothing if it has expired [MQTT-3.3.2-5]. */
export function aged(message: Message, elapsedMs: number): Message | undefined {
  const { messageExpiryInterval: seconds } = message.properties
  if (seconds === undefined) return message
  const left = seconds - Math.floor(elapsedMs / 1000)
  if (left <= 0) return undefined
  return { ...message, properties: { ...message.properties, messageExpiryInterval: left } }
}
