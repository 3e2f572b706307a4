import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Decoder } from '../codec/decode.ts'
import { encode } from '../codec/encode.ts'
import type { Connect, Message, Properties } from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import { type ConnectRefusal, connectCode, ProtocolError } from '../codec/reasons.ts'
import { countLevels, hasControlCharacter } from '../codec/topics.ts'
import type { ConnectRequest } from './authority.ts'
import type { Hub } from './hub.ts'
import { Session } from './session.ts'

/**
 * A connection before it is one: from the open socket to the accepted CONNECT. It becomes a Session, which
 * therefore always has a principal, or it ends here.
 */
export class Handshake<P> {
  readonly #hub: Hub<P>
  readonly #socket: Socket
  readonly #decoder: Decoder
  readonly #address: string
  readonly #port: number
  readonly #onData = (chunk: Buffer) => this.#received(chunk)
  readonly #onClose = () => this.#left()
  readonly #left: () => void
  readonly #arrived: (() => void) | undefined
  #state: 'waiting' | 'authenticating' | 'over' = 'waiting'
  #deadlineMs: number
  /** The client's Maximum Packet Size. */
  #mostBytes = Number.POSITIVE_INFINITY

  /** `left` is called when it is over, one way or the other; `arrived` when there is a CONNECT. */
  constructor(hub: Hub<P>, socket: Socket, { arrived, left }: { arrived?: () => void; left: () => void }) {
    this.#hub = hub
    this.#socket = socket
    this.#left = left
    this.#arrived = arrived
    this.#address = socket.remoteAddress ?? ''
    this.#port = socket.remotePort ?? 0
    this.#decoder = new Decoder({ maximumBytes: hub.limits.packetBytes })
    this.#deadlineMs = hub.now() + hub.limits.connectTimeoutMs
    socket.on('data', this.#onData)
    socket.on('close', this.#onClose)
    socket.on('error', ignore)
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting'
  }

  tick(nowMs: number): void {
    if (nowMs < this.#deadlineMs) return
    if (this.#state === 'authenticating') this.#refuse('server_busy')
    else this.#socket.destroy()
  }

  abort(): void {
    this.#state = 'over'
    this.#socket.destroy()
  }

  #received(chunk: Buffer): void {
    if (this.#state === 'over') return
    this.#decoder.push(chunk)
    // A client may send on before it has its CONNACK (section 3.1.4). One chunk is kept, the rest waits outside.
    if (this.#state === 'authenticating') {
      this.#socket.pause()
      return
    }
    try {
      const packet = this.#decoder.next()
      if (packet?.kind === 'connect') this.#connect(packet)
      else if (packet) {
        // "the first packet MUST be a CONNECT" [MQTT-3.1.0-1]
        this.#tell('protocol_error')
        this.abort()
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#breach(error)
    }
  }

  /** A 3.1.1 client that sends no valid CONNECT gets no answer [MQTT-3.1.4-1], except about its version. */
  #breach({ reason, message }: ProtocolError): void {
    const isRefusal =
      reason === 'unsupported_protocol_version' ||
      reason === 'packet_too_large' ||
      reason === 'protocol_error'
    const refusal = isRefusal ? reason : 'malformed_packet'
    this.#tell(refusal)
    if (this.#decoder.protocol === 4 && refusal !== 'unsupported_protocol_version') this.abort()
    else this.#refuse(refusal, message)
  }

  #connect(connect: Connect): void {
    this.#state = 'authenticating'
    this.#arrived?.()
    this.#mostBytes = connect.properties.maximumPacketSize ?? Number.POSITIVE_INFINITY
    this.#deadlineMs = this.#hub.now() + this.#hub.limits.authenticateTimeoutMs
    const refusal = this.#unacceptable(connect)
    if (refusal) {
      this.#tell(refusal)
      this.#refuse(refusal)
      return
    }
    const { will } = connect
    this.#authenticate({ ...connect, will: will && owned(will) }).catch((error: unknown) => {
      this.#hub.onError(error)
      this.#refuse('server_unavailable')
    })
  }

  /** What is refused whoever asks. */
  #unacceptable({ protocol, clientId, cleanStart, will, properties }: Connect): ConnectRefusal | undefined {
    const { topicLength, topicLevels } = this.#hub.limits
    // A 3.1.1 client that wants its session kept must be able to ask for it again [MQTT-3.1.3-8].
    if (clientId === '' && protocol === 4 && !cleanStart) return 'client_identifier_not_valid'
    if (hasControlCharacter(clientId)) return 'client_identifier_not_valid'
    // Only a password is accepted [MQTT-4.12.0-1].
    if (properties.authenticationMethod !== undefined) return 'bad_authentication_method'
    if (will && (will.topic.length > topicLength || countLevels(will.topic) > topicLevels))
      return 'topic_name_invalid'
    if (will?.retain && !this.#hub.clientsMayRetain) return 'retain_not_supported' // [MQTT-3.2.2-13]
    return undefined
  }

  async #authenticate(connect: Connect): Promise<void> {
    const { protocol, username, password, will, keepAliveSeconds } = connect
    const clientId = connect.clientId || this.#hub.assignClientId()
    const request: ConnectRequest = {
      ...{ clientId, username, password, protocol, keepAliveSeconds, will },
      ...{ address: this.#address, port: this.#port, tls: this.#socket instanceof TLSSocket },
    }
    const answer = await this.#hub.authority.authenticate(request)
    if (this.#state !== 'authenticating' || this.#socket.destroyed) return // it gave up, or we did
    if ('refused' in answer) this.#refuse(answer.refused, answer.message)
    // So written that it also refuses what is not a number, with which a connection would never end.
    else if (!(answer.expiresAtMs > this.#hub.now()))
      this.#refuse('not_authorized', 'the credentials have expired')
    else this.#accept(connect, clientId, answer)
  }

  #accept(
    connect: Connect,
    clientId: string,
    { principal, expiresAtMs, scope = '' }: { principal: P; expiresAtMs: number; scope?: string },
  ): void {
    const asked = connect.keepAliveSeconds
    const most = this.#hub.limits.keepAliveSeconds
    // Only MQTT 5 has a way to tell the client [MQTT-3.1.2-21]; 3.1.1 has its own wish.
    const capped = connect.protocol === 5 && (asked === 0 || asked > most)
    const keepAliveSeconds = capped ? most : asked
    const properties: Properties =
      connect.protocol === 4
        ? noProperties
        : {
            // Sessions end with their connection, whatever was asked for.
            ...(connect.properties.sessionExpiryInterval && { sessionExpiryInterval: 0 }),
            receiveMaximum: this.#hub.limits.inFlight,
            maximumPacketSize: this.#hub.limits.packetBytes,
            ...(!this.#hub.clientsMayRetain && { retainAvailable: 0 }),
            subscriptionIdentifierAvailable: 0,
            sharedSubscriptionAvailable: 0,
            ...(connect.clientId === '' && { assignedClientIdentifier: clientId }), // [MQTT-3.1.3-7]
            ...(capped && { serverKeepAlive: keepAliveSeconds }),
          }
    const connack = encode({ kind: 'connack', sessionPresent: false, code: 0, properties }, connect.protocol)
    // "The Server MUST NOT send packets exceeding Maximum Packet Size" [MQTT-3.1.2-24], and without these
    // properties the client would not know what it has been given.
    if (connack.length > this.#mostBytes) {
      this.#tell('packet_too_large')
      this.#refuse('packet_too_large')
      return
    }
    this.#state = 'over'
    this.#socket.off('data', this.#onData)
    this.#socket.off('close', this.#onClose)
    this.#left()
    const session = new Session(this.#hub, {
      ...{ socket: this.#socket, address: this.#address, port: this.#port, decoder: this.#decoder, connect },
      ...{ id: this.#hub.nextConnectionId(), clientId, scope, keepAliveSeconds, principal, expiresAtMs },
    })
    // Before anything else can be: CONNACK "MUST be the first packet sent" [MQTT-3.2.0-1].
    session.outbound.send(connack)
    this.#hub.flushSoon(session)
    this.#hub.joined(session)
    this.#socket.resume()
    session.handleAll()
  }

  /** For the log: what is refused without asking the authority. */
  #tell(reason: ConnectRefusal): void {
    this.#hub.refused({ action: 'connect', address: this.#address, reason })
  }

  #refuse(refusal: ConnectRefusal, message?: string): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#deadlineMs = this.#hub.now() + this.#hub.limits.closeTimeoutMs
    const { protocol } = this.#decoder
    const code = connectCode(refusal, protocol)
    const connack = (properties: Properties) =>
      encode({ kind: 'connack', sessionPresent: false, code, properties }, protocol)
    const explained = connack(message === undefined ? noProperties : { reasonString: message })
    const answer = explained.length <= this.#mostBytes ? explained : connack(noProperties)
    if (answer.length <= this.#mostBytes) this.#socket.write(answer)
    this.#socket.end()
    this.#socket.resume() // what it sent besides must be read, or the answer is lost in a reset
  }
}

/**
 * The will as it is published one day: in memory of its own, and without a delay, because the session ends
 * with the connection and the will is due "when the session ends" at the latest (section 3.1.3.2.2).
 */
function owned({ topic, payload, qos, retain, properties }: Message): Message {
  const { willDelayInterval: _, ...kept } = properties
  return {
    topic,
    payload: Buffer.from(payload),
    qos,
    retain,
    properties: properties === noProperties ? noProperties : kept,
  }
}

/** The 'close' that follows every 'error' says all there is to know. */
function ignore(): void {}
