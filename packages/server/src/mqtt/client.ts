import { connect as connectSocket, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { EndReason } from './broker/authority.ts'
import { Decoder } from './codec/decode.ts'
import { encode } from './codec/encode.ts'
import type {
  ConnAck,
  Message,
  Packet,
  Properties,
  Protocol,
  Publish,
  PublishAck,
  Qos,
  SubAck,
  UnsubAck,
} from './codec/packets.ts'
import { noProperties } from './codec/packets.ts'
import { ProtocolError, type Reason, reasonOf, refusalOfReturnCode } from './codec/reasons.ts'

export interface ClientOptions {
  readonly host: string
  readonly port: number
  readonly tls?: ConnectionOptions
  readonly protocol?: Protocol
  /** Empty lets the server choose. */
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly keepAliveSeconds?: number
  readonly will?: {
    readonly topic: string
    readonly payload: string
    readonly qos?: Qos
    readonly retain?: boolean
  }
  readonly properties?: Properties
  readonly timeoutMs?: number
  /** Given here and not later, so that no message that follows the CONNACK is missed. */
  readonly onMessage?: (message: Message) => void
}

export interface PublishOptions {
  readonly qos?: 0 | 1
  readonly retain?: boolean
  readonly properties?: Properties
}

/** Why the connection is over, and the server's words if it gave any. */
export interface Closed {
  readonly reason: EndReason
  readonly message: string | undefined
}

/** A small MQTT client: one connection, no reconnecting, nothing kept. */
export interface Client {
  /** The server's choice, if it was asked to choose. */
  readonly clientId: string
  /** What the server said in its CONNACK. */
  readonly properties: Properties
  /** Resolves when the connection is over, however it came. */
  readonly closed: Promise<Closed>
  /** Resolves when the server has acknowledged it, or with QoS 0 when it is on its way. */
  publish(topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void>
  /** Resolves with the QoS that was granted. */
  subscribe(filter: string, qos?: 0 | 1): Promise<number>
  /** 0, or 17 where there was no such subscription, which version 3.1.1 does not tell. */
  unsubscribe(filter: string): Promise<number>
  end(): Promise<Closed>
}

/** The server said no, or the connection was over before it said anything: then `reason` is that of its end. */
export class Refused extends Error {
  readonly reason: EndReason

  constructor(reason: EndReason, message: string | undefined) {
    super(message ?? `refused: ${reason}`)
    this.name = 'Refused'
    this.reason = reason
  }
}

/** Connect and authenticate. Rejects with a `Refused`, or with the error of the socket. */
export async function connect(options: ClientOptions): Promise<Client> {
  const { host, port, tls, timeoutMs = 10_000 } = options
  const socket = tls ? connectTls({ host, port, ...tls }) : connectSocket({ host, port, noDelay: true })
  const client = new SocketClient(socket, options)
  const timer = setTimeout(() => socket.destroy(new Error('the server did not answer in time')), timeoutMs)
  try {
    await client.accepted.promise
  } finally {
    clearTimeout(timer)
  }
  return client
}

type Acknowledgement = PublishAck | SubAck | UnsubAck

class SocketClient implements Client {
  clientId: string
  properties = noProperties
  readonly accepted = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<Closed>()
  readonly #socket: Socket
  readonly #protocol: Protocol
  readonly #decoder: Decoder
  readonly #onMessage: (message: Message) => void
  readonly #pending = new Map<number, PromiseWithResolvers<Acknowledgement>>()
  readonly #keepAliveSeconds: number
  #pinging: NodeJS.Timeout | undefined
  #answered = true
  #lastPacketId = 0
  #ended: Closed = { reason: 'connection_lost', message: undefined }

  constructor(socket: Socket, options: ClientOptions) {
    const { protocol = 5, clientId = '', keepAliveSeconds = 60, onMessage = () => {} } = options
    this.clientId = clientId
    this.#socket = socket
    this.#protocol = protocol
    this.#decoder = new Decoder({ maximumBytes: 268_435_460, protocol })
    this.#onMessage = onMessage
    this.#keepAliveSeconds = keepAliveSeconds
    // The first thing on the wire: a socket keeps it until it is connected.
    const { username, password, will, properties = noProperties } = options
    this.#send({
      ...{ kind: 'connect', protocol, clientId, cleanStart: true, keepAliveSeconds, username, properties },
      password: password === undefined ? undefined : Buffer.from(password),
      will: will && {
        qos: 0,
        retain: false,
        ...will,
        payload: Buffer.from(will.payload),
        properties: noProperties,
      },
    })
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('error', (error) => this.accepted.reject(error))
    socket.on('close', () => this.#gone())
  }

  get closed(): Promise<Closed> {
    return this.#closed.promise
  }

  async publish(topic: string, payload: string | Buffer, options: PublishOptions = {}): Promise<void> {
    const { qos = 0, retain = false, properties = noProperties } = options
    const message = { topic, payload: Buffer.from(payload), qos, retain, properties, duplicate: false }
    if (qos === 0) {
      this.#send({ kind: 'publish', ...message, packetId: 0 })
      return
    }
    const answer = await this.#request((packetId) => ({ kind: 'publish', ...message, packetId }))
    if ('code' in answer && answer.code >= 0x80) throw refusedBy(answer.code, answer)
  }

  async subscribe(filter: string, qos: 0 | 1 = 1): Promise<number> {
    const request = { filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    const answer = await this.#request((packetId) => ({
      ...{ kind: 'subscribe', packetId, subscriptions: [request], properties: noProperties },
    }))
    const code = 'codes' in answer ? (answer.codes[0] ?? 0x80) : 0x80
    if (code >= 0x80) throw refusedBy(code, answer)
    return code
  }

  async unsubscribe(filter: string): Promise<number> {
    const answer = await this.#request((packetId) => ({
      ...{ kind: 'unsubscribe', packetId, filters: [filter], properties: noProperties },
    }))
    return 'codes' in answer ? (answer.codes[0] ?? 0) : 0
  }

  end(): Promise<Closed> {
    if (this.#socket.writable) {
      this.#ended = { reason: 'normal_disconnection', message: undefined }
      this.#socket.end(encode({ kind: 'disconnect', code: 0, properties: noProperties }, this.#protocol))
    }
    return this.closed
  }

  async #request(build: (packetId: number) => Packet): Promise<Acknowledgement> {
    if (!this.#socket.writable) throw new Refused(this.#ended.reason, this.#ended.message)
    if (this.#pending.size >= 65_535) throw new RangeError('65,535 packets are unacknowledged already')
    do this.#lastPacketId = (this.#lastPacketId % 65_535) + 1
    while (this.#pending.has(this.#lastPacketId))
    const answer = Promise.withResolvers<Acknowledgement>()
    this.#pending.set(this.#lastPacketId, answer)
    this.#send(build(this.#lastPacketId))
    return answer.promise
  }

  #received(chunk: Buffer): void {
    this.#decoder.push(chunk)
    try {
      for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) this.#handle(packet)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#ended = { reason: error.reason, message: error.message }
      this.#socket.destroy()
    }
  }

  #handle(packet: Packet): void {
    switch (packet.kind) {
      case 'connack':
        this.#welcome(packet)
        break
      case 'publish':
        this.#message(packet)
        break
      case 'puback':
      case 'suback':
      case 'unsuback':
        this.#pending.get(packet.packetId)?.resolve(packet)
        this.#pending.delete(packet.packetId)
        break
      case 'pingresp':
        this.#answered = true
        break
      case 'disconnect':
        this.#ended = { reason: reasonOf(packet.code), message: packet.properties.reasonString }
        this.#socket.end()
        break
      default:
        throw new ProtocolError('protocol_error', 'a server does not send this packet now')
    }
  }

  #welcome({ code, properties }: ConnAck): void {
    if (code !== 0) {
      const reason = this.#protocol === 5 ? reasonOf(code) : refusalOfReturnCode(code)
      this.#ended = { reason, message: properties.reasonString }
      this.#socket.end()
      return
    }
    this.clientId = properties.assignedClientIdentifier ?? this.clientId
    this.properties = properties
    const seconds = properties.serverKeepAlive ?? this.#keepAliveSeconds
    if (seconds > 0) this.#pinging = setInterval(() => this.#ping(), seconds * 1000).unref()
    this.accepted.resolve()
  }

  #message(publish: Publish): void {
    if (publish.qos === 2) throw new ProtocolError('qos_not_supported', 'only QoS 0 and 1 were asked for')
    this.#onMessage(publish)
    const { packetId } = publish
    if (publish.qos === 1) this.#send({ kind: 'puback', packetId, code: 0, properties: noProperties })
  }

  #ping(): void {
    // A whole interval without an answer: the server is gone.
    if (!this.#answered) {
      this.#ended = { reason: 'keep_alive_timeout', message: undefined }
      this.#socket.destroy()
      return
    }
    this.#answered = false
    this.#send({ kind: 'pingreq' })
  }

  #send(packet: Packet): void {
    if (this.#socket.writable) this.#socket.write(encode(packet, this.#protocol))
  }

  #gone(): void {
    clearInterval(this.#pinging)
    const { reason, message } = this.#ended
    this.accepted.reject(new Refused(reason, message))
    for (const { reject } of this.#pending.values()) reject(new Refused(reason, message))
    this.#pending.clear()
    this.#closed.resolve(this.#ended)
  }
}

function refusedBy(code: number, { properties }: { properties: Properties }): Refused {
  const reason: Reason = reasonOf(code)
  return new Refused(reason, properties.reasonString)
}
