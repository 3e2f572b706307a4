import type { Socket } from 'node:net'
import type { Decoder } from '../codec/decode.ts'
import { encode, encodeShortAck } from '../codec/encode.ts'
import type {
  Connect,
  Disconnect,
  Message,
  Packet,
  Properties,
  Protocol,
  PublishAck,
  Subscribe,
  SubscriptionRequest,
  Unsubscribe,
} from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import { type DisconnectReason, ProtocolError, reasonCodes, reasonOf } from '../codec/reasons.ts'
import type { Connection, EndReason } from './authority.ts'
import { Delivery } from './delivery.ts'
import type { Hub } from './hub.ts'
import { Inbound } from './inbound.ts'
import { Outbound } from './outbound.ts'
import { Subscriptions } from './subscriptions.ts'

/** What is agreed when a session begins. */
export interface Opening<P> {
  readonly id: number
  readonly socket: Socket
  readonly address: string
  readonly port: number
  readonly decoder: Decoder
  readonly connect: Connect
  readonly clientId: string
  readonly scope: string
  readonly keepAliveSeconds: number
  readonly principal: P
  readonly expiresAtMs: number
}

/**
 * One authenticated connection, from the CONNECT that was accepted to its end. It is `open`; then, if we end
 * it, `draining` until what was published before is acknowledged; then `ended`.
 */
export class Session<P> implements Connection<P> {
  readonly id: number
  readonly clientId: string
  readonly scope: string
  readonly principal: P
  readonly address: string
  readonly port: number
  readonly protocol: Protocol
  readonly connectedAtMs: number
  expiresAtMs: number
  readonly outbound: Outbound
  readonly subscriptions: Subscriptions<P>
  /** Set by the broker, so that a session is flushed once a turn. */
  flushing = false
  messagesIn = 0

  readonly #hub: Hub<P>
  readonly #socket: Socket
  readonly #decoder: Decoder
  readonly #inbound: Inbound<P>
  readonly #keepAliveMs: number
  readonly #maximumPacketSize: number
  /** Whether it wants reasons in words in more than CONNACK and DISCONNECT [MQTT-3.1.2-29]. */
  readonly wantsReasons: boolean
  readonly #mayExpire: boolean
  #will: Message | undefined
  #state: 'open' | 'draining' | 'ended' = 'open'
  #busy = false
  #stalled = false
  #lastPacketMs: number
  #closeByMs = 0
  #farewell: Buffer | undefined

  constructor(hub: Hub<P>, opening: Opening<P>) {
    const { socket, connect } = opening
    const { properties, protocol } = connect
    this.id = opening.id
    this.clientId = opening.clientId
    this.scope = opening.scope
    this.principal = opening.principal
    this.address = opening.address
    this.port = opening.port
    this.protocol = protocol
    this.connectedAtMs = hub.now()
    this.expiresAtMs = opening.expiresAtMs
    this.#hub = hub
    this.#socket = socket
    this.#decoder = opening.decoder
    this.#inbound = new Inbound(hub, this)
    this.subscriptions = new Subscriptions(hub, this)
    // "one and a half times the Keep Alive time period" [MQTT-3.1.2-22]; 0 turns it off.
    this.#keepAliveMs =
      opening.keepAliveSeconds > 0 ? opening.keepAliveSeconds * 1500 : Number.POSITIVE_INFINITY
    this.#maximumPacketSize = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY
    this.wantsReasons = properties.requestProblemInformation !== 0
    this.#mayExpire = (properties.sessionExpiryInterval ?? 0) > 0
    this.#will = connect.will
    this.#lastPacketMs = this.connectedAtMs
    this.outbound = new Outbound(socket, {
      protocol,
      window: Math.min(properties.receiveMaximum ?? 65_535, hub.limits.outboundInFlight),
      maximumPacketSize: this.#maximumPacketSize,
      queueDropBytes: hub.limits.queueDropBytes,
      queueCloseBytes: hub.limits.queueCloseBytes,
    })
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('close', () => this.#gone())
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  close(reason: DisconnectReason, message?: string): void {
    this.end(reason, { will: false, ...(message !== undefined && { message }) })
  }

  extend(expiresAtMs: number): void {
    if (Number.isNaN(expiresAtMs)) throw new TypeError('an expiry is a number of milliseconds')
    this.expiresAtMs = expiresAtMs
  }

  recheckSubscriptions(): Promise<void> {
    return this.subscriptions.recheck()
  }

  /** Send a message that one of its subscriptions matches. Answers whether it was. */
  deliver(delivery: Delivery, { qos, retainAsPublished }: SubscriptionRequest, isRetained = false): boolean {
    if (this.#state !== 'open') return false
    const { message } = delivery
    const { authority } = this.#hub
    if (authority.mayReceive?.(this.principal, message.topic) === false) return false
    // Retain says that the message is an old one [MQTT-3.3.1-8], [MQTT-3.3.1-9], or as it was published
    // if the subscription asks for that [MQTT-3.3.1-13].
    const retain = isRetained || (retainAsPublished && message.retain)
    const sent = this.outbound.deliver(delivery, qos > 0 && message.qos > 0 ? 1 : 0, retain)
    if (sent === 'overflow') this.end('quota_exceeded', { will: true })
    else this.#hub.flushSoon(this)
    return sent === 'sent' || sent === 'queued'
  }

  /** Called every so often; ends what has to end. */
  tick(nowMs: number): void {
    if (this.#state !== 'open') {
      if (nowMs >= this.#closeByMs) this.#socket.destroy()
    } else if (nowMs >= this.expiresAtMs) {
      // The will is published: the device really is gone until it renews, and nobody is suspected of anything.
      this.end('maximum_connect_time', { will: true })
    } else if (nowMs - this.#lastPacketMs > this.#keepAliveMs && !this.#stalled) {
      this.end('keep_alive_timeout', { will: true })
    } else if (this.outbound.overflows) {
      this.end('quota_exceeded', { will: true })
    }
  }

  /** We end it: say why, and let go when what was published before is acknowledged. */
  end(reason: DisconnectReason, { will, message }: { will: boolean; message?: string }): void {
    if (this.#state !== 'open') return
    this.#farewell = this.protocol === 5 ? this.#disconnectPacket(reason, message) : undefined
    this.#leave('draining', reason, { byServer: true, will })
    if (this.#inbound.empty) this.#drained()
  }

  /** What was being waited for is done, or some of it. Called by `Inbound`. */
  progressed(): void {
    if (this.#inbound.empty) this.#drained()
    this.#resume()
  }

  /** Queue an encoded packet. */
  send(packet: Buffer): void {
    this.outbound.send(packet)
    this.#hub.flushSoon(this)
  }

  /** The packet that `build` makes, with the reason in words if that fits [MQTT-3.14.2-3]. */
  explained(build: (properties: Properties) => Buffer, message: string | undefined): Buffer {
    if (message === undefined) return build(noProperties)
    const packet = build({ reasonString: message })
    return packet.length <= this.#maximumPacketSize ? packet : build(noProperties)
  }

  #received(chunk: Buffer): void {
    if (this.#state !== 'open') return // read and thrown away, so that the peer gets our last words
    this.#decoder.push(chunk)
    if (this.#stalled) this.#socket.pause()
    else this.handleAll()
  }

  get #blocked(): boolean {
    return this.#busy || this.#inbound.full
  }

  /** Go on with what came while we were blocked. */
  #resume(): void {
    if (!this.#stalled || this.#blocked || this.#state !== 'open') return
    this.#stalled = false
    this.#lastPacketMs = this.#hub.now() // while we did not read, silence was ours
    this.#socket.resume()
    // Not from here: the loop in `handleAll` may be what called us.
    process.nextTick(handleAll, this)
  }

  /** Handle every packet that is there, until one of them has to be waited for. */
  handleAll(): void {
    try {
      while (this.#state === 'open' && !this.#stalled) {
        const packet = this.#decoder.next()
        if (!packet) return
        this.#lastPacketMs = this.#hub.now()
        this.#handle(packet)
        this.#stalled = this.#blocked
      }
    } catch (error) {
      if (error instanceof ProtocolError) this.#breach(error)
      else this.#failed(error)
    }
  }

  #handle(packet: Packet): void {
    switch (packet.kind) {
      case 'publish':
        this.messagesIn++
        this.#inbound.publish(packet)
        break
      case 'puback':
        this.outbound.acknowledged(packet.packetId, this.#hub.now())
        this.#hub.flushSoon(this)
        break
      case 'pubrec':
      case 'pubcomp':
        this.#finishForeign(packet)
        break
      case 'pubrel':
        this.#inbound.release(packet.packetId)
        break
      case 'subscribe':
        // CONNACK said that there are none.
        if (packet.properties.subscriptionIdentifiers)
          throw new ProtocolError(
            'subscription_identifiers_not_supported',
            'no subscription identifiers here',
          )
        this.#subscribe(packet).catch((error: unknown) => this.#failed(error))
        break
      case 'unsubscribe':
        this.#unsubscribe(packet)
        break
      case 'pingreq':
        this.send(encode({ kind: 'pingresp' }, this.protocol))
        break
      case 'disconnect':
        this.#disconnect(packet)
        break
      case 'auth':
        throw new ProtocolError('protocol_error', 'no authentication method was agreed') // [MQTT-4.12.0-1]
      default:
        // A second CONNECT [MQTT-3.1.0-2], and what only servers send.
        throw new ProtocolError('protocol_error', 'a client does not send this packet now')
    }
  }

  /**
   * PUBREC or PUBCOMP: answers to QoS 2, which we never send. A client may rightly finish an exchange that it began with
   * another broker, or with us by an earlier version: it is told that nothing is known of it, and can forget it.
   */
  #finishForeign({ kind, packetId, code }: PublishAck): void {
    if (this.outbound.awaits(packetId))
      throw new ProtocolError('protocol_error', 'a QoS 1 message is acknowledged with PUBACK')
    if (kind === 'pubcomp' || code >= 0x80) return // the exchange is over with it
    if (this.protocol === 4) this.send(encodeShortAck('pubrel', packetId))
    else {
      const notFound = reasonCodes.packet_identifier_not_found
      this.send(encode({ kind: 'pubrel', packetId, code: notFound, properties: noProperties }, 5))
    }
  }

  async #subscribe(packet: Subscribe): Promise<void> {
    this.#busy = true
    const { codes, owed } = await this.subscriptions.subscribe(packet, this.protocol)
    this.#busy = false
    if (this.#state !== 'open') return
    this.send(
      encode({ kind: 'suback', packetId: packet.packetId, codes, properties: noProperties }, this.protocol),
    )
    for (const { message, request } of owed)
      this.deliver(new Delivery(message, this.#hub.now()), request, true)
    this.#resume()
  }

  #unsubscribe({ packetId, filters }: Unsubscribe): void {
    const codes = filters.map((filter) =>
      this.subscriptions.remove(filter) ? 0 : reasonCodes.no_subscription_existed,
    )
    this.send(encode({ kind: 'unsuback', packetId, codes, properties: noProperties }, this.protocol))
  }

  #disconnect({ code, properties }: Disconnect): void {
    // "If the Session Expiry Interval in the CONNECT packet was zero, then it is a Protocol Error to set a
    // non-zero Session Expiry Interval" (section 3.14.2.2.2).
    if ((properties.sessionExpiryInterval ?? 0) > 0 && !this.#mayExpire)
      throw new ProtocolError('protocol_error', 'the session had no expiry to prolong')
    this.#leave('ended', reasonOf(code), { byServer: false, will: code !== 0 }) // [MQTT-3.14.4-3]
    this.#socket.end()
  }

  /** The one way out of `open`. From here nothing is delivered and nothing that comes is handled. */
  #leave(
    state: 'draining' | 'ended',
    reason: EndReason,
    { byServer, will }: { byServer: boolean; will: boolean },
  ): void {
    this.#state = state
    this.#closeByMs = this.#hub.now() + this.#hub.limits.closeTimeoutMs
    this.subscriptions.clear()
    this.outbound.abandon()
    this.#hub.left(this, {
      reason,
      byServer,
      bytesIn: this.#socket.bytesRead,
      bytesOut: this.#socket.bytesWritten,
      messagesIn: this.messagesIn,
      messagesOut: this.outbound.messages,
      durationMs: this.#hub.now() - this.connectedAtMs,
    })
    if (will && this.#will) this.#hub.publishWill(this, this.#will)
    this.#will = undefined
  }

  #drained(): void {
    if (this.#state !== 'draining') return
    this.#state = 'ended'
    if (this.#farewell) this.outbound.send(this.#farewell)
    this.outbound.flush()
    // Not destroyed yet: bytes that we had not read would turn our last words into a connection reset.
    this.#socket.end()
    this.#socket.resume()
  }

  #gone(): void {
    if (this.#state === 'open') this.#leave('ended', 'connection_lost', { byServer: false, will: true })
    this.#state = 'ended'
    this.#hub.gone(this)
  }

  /** A second CONNECT is wrong whatever its version. */
  #breach({ reason, message }: ProtocolError): void {
    this.end(reason === 'unsupported_protocol_version' ? 'protocol_error' : reason, { will: true, message })
  }

  /** Something that is not the client's fault: a bug of ours or of the authority. */
  #failed(error: unknown): void {
    this.#hub.onError(error)
    this.end('unspecified_error', { will: true })
  }

  #disconnectPacket(reason: DisconnectReason, message: string | undefined): Buffer {
    const build = (properties: Properties) =>
      encode({ kind: 'disconnect', code: reasonCodes[reason], properties }, 5)
    return this.explained(build, message)
  }
}

// One for all: a closure would be made at each stall.
function handleAll<P>(session: Session<P>): void {
  session.handleAll()
}
