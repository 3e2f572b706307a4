import { encode, encodeShortAck } from '../codec/encode.ts'
import type { Properties, Publish } from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import { ProtocolError, type PublishRefusal, type Reason, reasonCodes } from '../codec/reasons.ts'
import { countLevels, isReserved } from '../codec/topics.ts'
import type { Verdict } from './authority.ts'
import type { Hub } from './hub.ts'
import type { Session } from './session.ts'

/** A verdict, or that the authority failed to reach one. */
type Outcome = Verdict | 'failed'

interface Entry {
  readonly packet: Publish
  outcome: Outcome | undefined
}

/**
 * The messages that one client published and that are not done. Several are with the authority at once, so
 * that it can store them together; they are settled in the order in which they came, because acknowledgements
 * [MQTT-4.6.0-2], [MQTT-4.6.0-3] and messages [MQTT-4.6.0-6] must keep it.
 */
export class Inbound<P> {
  readonly #hub: Hub<P>
  readonly #session: Session<P>
  readonly #entries: Entry[] = []
  #acknowledging = 0
  #refusals = 0
  // QoS 2 is rare.
  #unreleased: Set<number> | undefined

  constructor(hub: Hub<P>, session: Session<P>) {
    this.#hub = hub
    this.#session = session
  }

  get empty(): boolean {
    return this.#entries.length === 0
  }

  /** Whether reading must stop until some of it is settled. */
  get full(): boolean {
    return this.#entries.length >= this.#hub.limits.inFlight
  }

  publish(packet: Publish): void {
    const { topicAlias, subscriptionIdentifiers } = packet.properties
    // Topic Alias Maximum is 0.
    if (topicAlias !== undefined)
      throw new ProtocolError('topic_alias_invalid', 'topic aliases are not accepted')
    // [MQTT-3.3.4-6]
    if (subscriptionIdentifiers)
      throw new ProtocolError('protocol_error', 'subscription identifiers come from servers')
    if (packet.retain && !this.#hub.clientsMayRetain) {
      this.#tell(packet, 'retain_not_supported')
      throw new ProtocolError('retain_not_supported', 'clients may not retain messages') // section 3.2.2.3.5
    }
    if (this.#admit(packet)) this.#add(packet, this.#verdictOn(packet))
    else if (!this.#isPending(packet.packetId)) this.#session.send(encodeShortAck('pubrec', packet.packetId))
  }

  /** The client will not send a QoS 2 message again. */
  release(packetId: number): void {
    const known = this.#unreleased?.delete(packetId) ?? false
    if (known || this.#session.protocol === 4) {
      this.#session.send(encodeShortAck('pubcomp', packetId))
      return
    }
    const code = reasonCodes.packet_identifier_not_found
    this.#session.send(encode({ kind: 'pubcomp', packetId, code, properties: noProperties }, 5))
  }

  /**
   * Whether it is a message that we have not seen. A QoS 2 message is delivered exactly once however often it
   * comes, until it is released [MQTT-4.3.3-10]. QoS 2 is accepted in MQTT 5 too, since 3.1.1 cannot forbid it
   * and so all of this is here. Throws when the client has more in flight than it may [MQTT-3.3.4-7]; for a
   * 3.1.1 client, which cannot know the number, reading stops before QoS 1 gets there.
   */
  #admit({ qos, packetId }: Publish): boolean {
    if (qos === 0) return true
    if (qos === 2 && this.#unreleased?.has(packetId)) return false
    if (this.#acknowledging + (this.#unreleased?.size ?? 0) >= this.#hub.limits.inFlight)
      throw new ProtocolError('receive_maximum_exceeded', 'too many messages are not acknowledged')
    if (qos === 2) {
      this.#unreleased ??= new Set()
      this.#unreleased.add(packetId)
    }
    return true
  }

  /** Whether the PUBREC for it is still to come, so that a repeated message needs no answer now. */
  #isPending(packetId: number): boolean {
    return this.#entries.some(({ packet }) => packet.qos === 2 && packet.packetId === packetId)
  }

  #verdictOn(packet: Publish): Outcome | Promise<Verdict> {
    const refused = this.#refusalOf(packet)
    if (refused !== undefined) {
      this.#tell(packet, refused)
      return { refused }
    }
    try {
      return this.#hub.authority.publish(this.#session, packet)
    } catch (error) {
      this.#hub.onError(error)
      return 'failed'
    }
  }

  /** What is refused before the authority is asked, which must not act on it. */
  #refusalOf(packet: Publish): PublishRefusal | undefined {
    const { topicLength, topicLevels } = this.#hub.limits
    const { topic } = packet
    if (topic.length > topicLength || countLevels(topic) > topicLevels) return 'topic_name_invalid'
    if (isReserved(topic)) return 'not_authorized'
    return packet.retain && !this.#hub.retained.fits(packet) ? 'quota_exceeded' : undefined
  }

  #add(packet: Publish, verdict: Outcome | Promise<Verdict>): void {
    if (!(verdict instanceof Promise) && this.#entries.length === 0) {
      this.#settle(packet, verdict) // the common case, with nothing to remember
      return
    }
    const entry: Entry = { packet, outcome: undefined }
    this.#entries.push(entry)
    if (packet.qos === 1) this.#acknowledging++
    if (!(verdict instanceof Promise)) {
      entry.outcome = verdict
      return
    }
    verdict.then(
      (outcome) => this.#decided(entry, outcome),
      (error: unknown) => {
        this.#hub.onError(error)
        this.#decided(entry, 'failed')
      },
    )
  }

  #decided(entry: Entry, outcome: Outcome): void {
    entry.outcome = outcome
    while (this.#entries[0]?.outcome !== undefined) {
      const { packet, outcome: settled } = this.#entries.shift()!
      if (packet.qos === 1) this.#acknowledging--
      this.#settle(packet, settled!)
    }
    this.#session.progressed()
  }

  #settle(packet: Publish, outcome: Outcome): void {
    // Whatever the authority let through goes to whom it is for, even if its publisher is gone by now.
    if (outcome === 'route' || outcome === 'retain')
      this.#hub.route(packet, outcome === 'retain', this.#session)
    if (outcome === 'failed') {
      // It may not be stored, so it must not be acknowledged; the client sends it again when it is back.
      this.#session.end('unspecified_error', { will: true })
      return
    }
    const refused = typeof outcome === 'object' ? outcome : undefined
    // MQTT 3.1.1 cannot say no: a server "MUST either make a positive acknowledgement [...] or close the Network
    // Connection" (3.1.1 [MQTT-3.3.5-2]). An acknowledgement would say that the message is stored, so it is closed.
    if (refused && this.#session.protocol === 4 && !isStateOfOthers(refused)) {
      this.#session.end(refused.refused, { will: true })
      return
    }
    if (packet.qos > 0) this.#acknowledge(packet, refused)
    if (!refused) this.#refusals = 0
    else if (++this.#refusals >= this.#hub.limits.refusedPublishes)
      this.#session.end('not_authorized', { will: true, message: 'too many messages in a row were refused' })
  }

  /** For the log: what is refused without asking the authority. */
  #tell({ topic }: Publish, reason: Reason): void {
    this.#hub.refused({ action: 'publish', connection: this.#session, topic, reason })
  }

  #acknowledge({ qos, packetId }: Publish, refused: Exclude<Verdict, string> | undefined): void {
    const kind = qos === 1 ? 'puback' : 'pubrec'
    if (!refused || this.#session.protocol === 4) {
      this.#session.send(encodeShortAck(kind, packetId))
      return
    }
    if (qos === 2) this.#unreleased?.delete(packetId) // a refusal ends the exchange (section 4.3.3)
    const code = reasonCodes[refused.refused]
    const build = (properties: Properties) => encode({ kind, packetId, code, properties }, 5)
    this.#session.send(
      this.#session.explained(build, this.#session.wantsReasons ? refused.message : undefined),
    )
  }
}

/** Nothing is wrong with the message, so its sender is acknowledged in 3.1.1 too and learns the rest by other messages. */
function isStateOfOthers({ refused }: Exclude<Verdict, string>): boolean {
  return refused === 'implementation_specific_error'
}
