import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Authority, Ended } from '../src/mqtt/broker/authority.ts'
import { type Broker, createBroker } from '../src/mqtt/broker/broker.ts'
import type { Limits } from '../src/mqtt/broker/limits.ts'
import { type Client, type ClientOptions, connect } from '../src/mqtt/client.ts'
import { Decoder } from '../src/mqtt/codec/decode.ts'
import { encode } from '../src/mqtt/codec/encode.ts'
import type { Message, Packet, Properties, Protocol } from '../src/mqtt/codec/packets.ts'
import { noProperties } from '../src/mqtt/codec/packets.ts'
import { listen } from '../src/mqtt/listener.ts'

export interface World {
  readonly broker: Broker<string>
  readonly port: number
  readonly ended: (Ended & { clientId: string })[]
  readonly errors: unknown[]
  /** Move the clock and let the broker see it. */
  advance(ms: number): void
  /** Resolves when the connection of that client id is over. */
  over(clientId: string): Promise<Ended>
  client(
    options?: Partial<ClientOptions>,
  ): Promise<Client & { messages: Message[]; received(count: number): Promise<Message[]> }>
  raw(): Promise<Raw>
}

/** A broker on a free port, whose authority lets anybody do anything that does not begin with "secret". */
export async function world(
  t: TestContext,
  authority: Partial<Authority<string>> = {},
  limits: Partial<Limits> = {},
  { clientsMayRetain = true }: { clientsMayRetain?: boolean } = {},
): Promise<World> {
  let nowMs = 1_000_000
  const ended: (Ended & { clientId: string })[] = []
  const waiting = new Map<string, (ended: Ended) => void>()
  const errors: unknown[] = []
  let randoms = 0
  const broker = createBroker<string>({
    authority: {
      authenticate: ({ clientId, password }) =>
        password?.toString() === 'wrong'
          ? { refused: 'bad_user_name_or_password', message: 'try another' }
          : { principal: clientId, expiresAtMs: Number.POSITIVE_INFINITY },
      maySubscribe: (_, filter) => !filter.startsWith('secret'),
      publish: (_, { topic, retain }) =>
        topic.startsWith('secret')
          ? { refused: 'not_authorized', message: 'not yours' }
          : retain
            ? 'retain'
            : 'route',
      disconnected: ({ clientId }, how) => {
        ended.push({ ...how, clientId })
        waiting.get(clientId)?.(how)
      },
      ...authority,
    },
    world: { now: () => nowMs, random: (count) => Buffer.alloc(count, ++randoms) },
    limits: { closeTimeoutMs: 100, ...limits },
    clientsMayRetain,
    sweepMs: 0,
    onError: (error) => errors.push(error),
  })
  const listener = await listen(broker, { host: '127.0.0.1', port: 0 })
  const sockets: Socket[] = []
  t.after(async () => {
    await listener.close()
    for (const socket of sockets) socket.destroy()
    const closed = broker.close()
    nowMs += 10_000
    broker.tick()
    await closed
  })
  return {
    ...{ broker, port: listener.port, ended, errors },
    advance: (ms) => {
      nowMs += ms
      broker.tick()
    },
    over: (clientId) => {
      const already = ended.find((one) => one.clientId === clientId)
      if (already) return Promise.resolve(already)
      return new Promise((resolve) => waiting.set(clientId, resolve))
    },
    client: async (options = {}) => {
      const messages: Message[] = []
      let check = () => {}
      const client = await connect({
        ...{ host: '127.0.0.1', port: listener.port },
        onMessage: (message) => {
          messages.push(message)
          check()
        },
        ...options,
      })
      const received = (count: number) =>
        new Promise<Message[]>((resolve) => {
          check = () => messages.length >= count && resolve(messages)
          check()
        })
      return Object.assign(client, { messages, received })
    },
    raw: async () => {
      const socket = connectSocket({ host: '127.0.0.1', port: listener.port })
      sockets.push(socket)
      await once(socket, 'connect')
      return new Raw(socket)
    },
  }
}

/** A peer without manners: it sends what it is told and remembers what it gets. */
export class Raw {
  readonly socket: Socket
  readonly packets: Packet[] = []
  readonly closed: Promise<unknown>
  #protocol: Protocol = 4
  #decoder = new Decoder({ maximumBytes: 10_000_000 })
  #check = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    this.closed = once(socket, 'close').catch(() => undefined)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      this.#decoder.push(chunk)
      for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) this.packets.push(packet)
      this.#check()
    })
  }

  async connect(
    protocol: Protocol,
    clientId: string,
    keepAliveSeconds = 0,
    properties: Properties = noProperties,
    will?: string,
    password?: string,
  ): Promise<Packet> {
    this.#protocol = protocol
    this.#decoder.protocol = protocol
    this.send({
      ...{ kind: 'connect', protocol, clientId, cleanStart: true, keepAliveSeconds, properties },
      username: password && 'u',
      password: password === undefined ? undefined : Buffer.from(password),
      will:
        will === undefined
          ? undefined
          : { topic: 'wills', payload: Buffer.from(will), qos: 1, retain: false, properties: noProperties },
    })
    return (await this.received(1))[0]!
  }

  send(packet: Packet): void {
    this.socket.write(encode(packet, this.#protocol))
  }

  publish(packetId: number, qos: 0 | 1 | 2 = 1, topic = 't', retain = false): void {
    this.send({
      ...{ kind: 'publish', topic, payload: Buffer.from(String(packetId)), qos, retain },
      ...{ duplicate: false, packetId, properties: noProperties },
    })
  }

  received(count: number): Promise<Packet[]> {
    return new Promise((resolve) => {
      this.#check = () => this.packets.length >= count && resolve(this.packets)
      this.#check()
    })
  }
}
