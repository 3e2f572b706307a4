import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Authority, Ended, Verdict } from './authority.ts'
import { type Broker, createBroker } from './broker.ts'
import { type Client, type ClientOptions, connect } from './client.ts'
import { Decoder } from './decode.ts'
import { encode } from './encode.ts'
import type { Limits } from './limits.ts'
import { listen } from './listener.ts'
import type { Message, Packet, Properties, Protocol } from './packets.ts'
import { noProperties } from './packets.ts'

interface World {
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
async function world(
  t: TestContext,
  authority: Partial<Authority<string>> = {},
  limits: Partial<Limits> = {},
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
class Raw {
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
  ): Promise<Packet> {
    this.#protocol = protocol
    this.#decoder.protocol = protocol
    this.send({
      ...{ kind: 'connect', protocol, clientId, cleanStart: true, keepAliveSeconds, properties },
      ...{ username: undefined, password: undefined },
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

for (const protocol of [4, 5] as const) {
  const name = protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'

  test(`${name}: a message reaches those who subscribed, and nobody else`, async (t) => {
    const { client } = await world(t)
    const [reader, other, writer] = [
      await client({ protocol }),
      await client({ protocol }),
      await client({ protocol }),
    ]
    assert.equal(await reader.subscribe('d/+/tele'), 1)
    await other.subscribe('e/#')
    await writer.publish('d/1/tele', 'on', { qos: 1 })
    const [message] = await reader.received(1)
    assert.equal(message!.topic, 'd/1/tele')
    assert.equal(message!.payload.toString(), 'on')
    assert.equal(message!.qos, 1)
    assert.deepEqual(other.messages, [])
  })

  test(`${name}: a wrong password is refused with the reason`, async (t) => {
    const { client } = await world(t)
    await assert.rejects(client({ protocol, username: 'u', password: 'wrong' }), {
      reason: 'bad_user_name_or_password',
    })
  })

  test(`${name}: a subscription that is not allowed is refused, and the connection goes on`, async (t) => {
    const { client } = await world(t)
    const reader = await client({ protocol })
    await assert.rejects(reader.subscribe('secret/#'), {
      reason: protocol === 5 ? 'not_authorized' : 'unspecified_error',
    })
    assert.equal(await reader.subscribe('open'), 1)
  })

  test(`${name}: a retained message is kept for those who come later, and forgotten when it is emptied`, async (t) => {
    const { client, broker } = await world(t)
    const writer = await client({ protocol })
    await writer.publish('d/1/state', 'on', { qos: 1, retain: true })
    const reader = await client({ protocol })
    await reader.subscribe('d/#')
    assert.equal((await reader.received(1))[0]!.retain, true)
    await writer.publish('d/1/state', '', { qos: 1, retain: true })
    assert.equal(broker.counts.retained, 0)
  })

  test(`${name}: whoever connects with the same client id takes the place, and the will of the other is published`, async (t) => {
    const { client, over } = await world(t)
    const watcher = await client({ protocol })
    await watcher.subscribe('wills')
    const first = await client({ protocol, clientId: 'one', will: { topic: 'wills', payload: 'gone' } })
    await client({ protocol, clientId: 'one' })
    const { reason } = await first.closed
    assert.equal(reason, protocol === 5 ? 'session_taken_over' : 'connection_lost')
    assert.equal((await over('one')).reason, 'session_taken_over')
    assert.equal((await watcher.received(1))[0]!.payload.toString(), 'gone')
  })

  test(`${name}: a connection that is lost has its will published, and one that ends well has not`, async (t) => {
    const { client, raw, broker, over } = await world(t)
    const watcher = await client({ protocol })
    await watcher.subscribe('wills')
    const good = await client({ protocol, clientId: 'good', will: { topic: 'wills', payload: 'good' } })
    await good.end()
    const kicked = await client({ protocol, clientId: 'kicked', will: { topic: 'wills', payload: 'kicked' } })
    broker.byClientId('kicked')!.close('administrative_action')
    await kicked.closed
    const lost = await raw()
    await lost.connect(protocol, 'lost', 0, noProperties, 'lost')
    lost.socket.destroy()
    const messages = await watcher.received(1)
    assert.deepEqual(
      messages.map(({ payload }) => payload.toString()),
      ['lost'],
    )
    assert.equal((await over('kicked')).byServer, true)
  })

  test(`${name}: publishes are with the authority together and acknowledged in order`, async (t) => {
    const verdicts: ((verdict: Verdict) => void)[] = []
    const arrived = Promise.withResolvers<void>()
    const { raw } = await world(t, {
      publish: () => {
        const { promise, resolve } = Promise.withResolvers<Verdict>()
        if (verdicts.push(resolve) === 5) arrived.resolve()
        return promise
      },
    })
    const peer = await raw()
    await peer.connect(protocol, 'a')
    for (let id = 1; id <= 5; id++) peer.publish(id, id === 3 ? 2 : 1)
    await arrived.promise
    for (const resolve of verdicts.toReversed()) resolve('handled')
    const packets = (await peer.received(6)).slice(1)
    assert.deepEqual(
      packets.map((packet) => [packet.kind, 'packetId' in packet && packet.packetId]),
      [
        ['puback', 1],
        ['puback', 2],
        ['pubrec', 3],
        ['puback', 4],
        ['puback', 5],
      ],
    )
  })

  test(`${name}: a QoS 2 message that is repeated before its release is delivered once`, async (t) => {
    const { client, raw } = await world(t)
    const reader = await client({ protocol })
    await reader.subscribe('t')
    const peer = await raw()
    await peer.connect(protocol, 'a')
    peer.publish(9, 2)
    peer.publish(9, 2)
    peer.send({ kind: 'pubrel', packetId: 9, code: 0, properties: noProperties })
    peer.publish(10, 1)
    const kinds = (await peer.received(5)).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['connack', 'pubrec', 'pubrec', 'pubcomp', 'puback'])
    assert.deepEqual(
      (await reader.received(2)).map(({ payload }) => payload.toString()),
      ['9', '10'],
    )
  })

  test(`${name}: a silent connection ends after one and a half keep-alives, and not before`, async (t) => {
    const { raw, advance, over, ended } = await world(t)
    const peer = await raw()
    await peer.connect(protocol, 'a', 10)
    advance(15_000)
    assert.equal(ended.length, 0)
    advance(1)
    assert.equal((await over('a')).reason, 'keep_alive_timeout')
    await peer.closed
  })

  test(`${name}: an expired connection is closed, and one that was extended is not`, async (t) => {
    const { client, broker, advance, ended, over } = await world(t, {
      authenticate: ({ clientId }) => ({ principal: clientId, expiresAtMs: 1_060_000 }),
    })
    const [expired] = [await client({ protocol, clientId: 'a' }), await client({ protocol, clientId: 'b' })]
    broker.byClientId('b')!.extend(2_000_000)
    advance(59_999)
    assert.equal(ended.length, 0)
    advance(1)
    assert.equal((await over('a')).reason, 'maximum_connect_time')
    await expired!.closed
    assert.deepEqual(
      [...broker.connections()].map(({ clientId }) => clientId),
      ['b'],
    )
  })

  test(`${name}: a broker that closes lets everybody go`, async (t) => {
    const { client, broker } = await world(t)
    const clients = await Promise.all([client({ protocol }), client({ protocol, clientId: 'x' })])
    const closed = broker.close()
    for (const { reason } of await Promise.all(clients.map((one) => one.closed)))
      assert.equal(reason, protocol === 5 ? 'server_shutting_down' : 'connection_lost')
    await closed
  })
}

test('MQTT 5: a refused publish is told in its acknowledgement, and a kick in its DISCONNECT', async (t) => {
  const { client, broker } = await world(t)
  const writer = await client({ clientId: 'w' })
  await assert.rejects(writer.publish('secret', 'x', { qos: 1 }), {
    reason: 'not_authorized',
    message: 'not yours',
  })
  broker.byClientId('w')!.close('administrative_action', 'for reasons')
  assert.deepEqual(await writer.closed, { reason: 'administrative_action', message: 'for reasons' })
})

test('MQTT 3.1.1: a refused publish is acknowledged and dropped, and too many in a row end the connection', async (t) => {
  const { client, over } = await world(t, {}, { refusedPublishes: 3 })
  const writer = await client({ protocol: 4, clientId: 'w' })
  const tries = ['secret', 'secret', 'open', 'secret', 'secret']
  for (const topic of tries) await writer.publish(topic, 'x', { qos: 1 })
  await writer.publish('secret', 'x', { qos: 1 })
  assert.equal((await over('w')).reason, 'not_authorized')
})

test('MQTT 5: an empty client id is assigned one, and what is capped is told', async (t) => {
  const { client } = await world(t, {}, { keepAliveSeconds: 100 })
  const { clientId, properties } = await client({ keepAliveSeconds: 5000 })
  assert.match(clientId, /^auto-/)
  assert.equal(properties.serverKeepAlive, 100)
  assert.equal(properties.sessionExpiryInterval, 0)
  assert.equal(properties.sharedSubscriptionAvailable, 0)
})

test('MQTT 5: what a publisher says about a message is forwarded', async (t) => {
  const { client } = await world(t)
  const [reader, writer] = [await client(), await client({ clientId: 'w' })]
  await reader.subscribe('t')
  const properties = {
    ...{ payloadFormatIndicator: 1, messageExpiryInterval: 60, contentType: 'c', responseTopic: 'r' },
    ...{ correlationData: Buffer.from('x'), userProperties: [['k', 'v']] as [string, string][] },
  }
  await writer.publish('t', 'x', { qos: 1, properties })
  assert.deepEqual((await reader.received(1))[0]!.properties, properties)
})

test('a retained message is as old as it is, and expires', async (t) => {
  const { client, advance, broker } = await world(t)
  const writer = await client({ keepAliveSeconds: 1000 })
  await writer.publish('t', 'x', { qos: 1, retain: true, properties: { messageExpiryInterval: 60 } })
  advance(20_000)
  const reader = await client({ clientId: 'r', keepAliveSeconds: 1000 })
  await reader.subscribe('t')
  assert.equal((await reader.received(1))[0]!.properties.messageExpiryInterval, 40)
  advance(40_000)
  await (await client({ clientId: 's' })).subscribe('#')
  assert.equal(broker.counts.retained, 0)
})

test('a retained message for which there is no room is refused before the authority sees it', async (t) => {
  const { client } = await world(t, {}, { retainedMessages: 1 })
  const writer = await client()
  await writer.publish('a', 'x', { qos: 1, retain: true })
  await writer.publish('a', 'y', { qos: 1, retain: true })
  await assert.rejects(writer.publish('b', 'x', { qos: 1, retain: true }), { reason: 'quota_exceeded' })
})

test('a subscription that may not stand any more is dropped when it is checked again', async (t) => {
  let shared = true
  const { client, broker } = await world(t, { maySubscribe: () => shared })
  const reader = await client({ clientId: 'r' })
  await reader.subscribe('t')
  assert.equal(broker.deliver('r', { topic: 't', payload: 'x' }), true)
  shared = false
  await broker.byClientId('r')!.recheckSubscriptions()
  assert.equal(broker.deliver('r', { topic: 't', payload: 'x' }), false)
  assert.equal(broker.publish({ topic: 't', payload: 'x' }), 0)
  assert.equal(broker.counts.filters, 0)
})

test('the server delivers to one connection only if it subscribed, and only while it may receive', async (t) => {
  let mayReceive = true
  const { client, broker } = await world(t, { mayReceive: () => mayReceive })
  const reader = await client({ clientId: 'r' })
  assert.equal(broker.deliver('r', { topic: 't', payload: 'x' }), false)
  await reader.subscribe('t')
  assert.equal(broker.deliver(broker.byClientId('r')!, { topic: 't', payload: 'x' }), true)
  mayReceive = false
  assert.equal(broker.deliver('r', { topic: 't', payload: 'x' }), false)
  assert.equal(broker.deliver('nobody', { topic: 't', payload: 'x' }), false)
  assert.throws(() => broker.publish({ topic: 't/#', payload: 'x' }), TypeError)
})

test('two subscriptions that match give one message', async (t) => {
  const { client } = await world(t)
  const reader = await client({ clientId: 'r' })
  await reader.subscribe('a/#', 0)
  await reader.subscribe('a/+', 1)
  await reader.publish('a/b', 'x', { qos: 1 })
  await reader.publish('a/c', 'y', { qos: 1 })
  assert.deepEqual(
    (await reader.received(2)).map(({ topic, qos }) => [topic, qos]),
    [
      ['a/b', 1],
      ['a/c', 1],
    ],
  )
})

test('what was published before a kick is acknowledged before the DISCONNECT, and delivered', async (t) => {
  const { promise, resolve } = Promise.withResolvers<Verdict>()
  const asked = Promise.withResolvers<void>()
  const { client, raw, broker } = await world(t, {
    publish: () => {
      asked.resolve()
      return promise
    },
  })
  const reader = await client({ clientId: 'r' })
  await reader.subscribe('t')
  const peer = await raw()
  await peer.connect(5, 'a')
  peer.publish(1)
  await asked.promise
  broker.byClientId('a')!.close('not_authorized')
  assert.equal(broker.byClientId('a'), undefined)
  resolve('route')
  assert.deepEqual(
    (await peer.received(3)).map(({ kind }) => kind),
    ['connack', 'puback', 'disconnect'],
  )
  await reader.received(1)
})

test('a message that the authority fails to store is not acknowledged, and the failure is reported', async (t) => {
  const { client, errors } = await world(t, { publish: () => Promise.reject(new Error('disk full')) })
  const writer = await client()
  await assert.rejects(writer.publish('t', 'x', { qos: 1 }), { reason: 'unspecified_error' })
  assert.deepEqual(errors.map(String), ['Error: disk full'])
})

test('more messages than the limit wait their turn in 3.1.1, and all are acknowledged in order', async (t) => {
  let most = 0
  let now = 0
  const { raw } = await world(
    t,
    {
      publish: async () => {
        most = Math.max(most, ++now)
        await new Promise(setImmediate)
        now--
        return 'handled' as const
      },
    },
    { inFlight: 4 },
  )
  const peer = await raw()
  await peer.connect(4, 'a')
  peer.socket.cork()
  for (let id = 1; id <= 200; id++) peer.publish(id)
  peer.socket.uncork()
  const packets = (await peer.received(201)).slice(1)
  assert.deepEqual(
    packets.map((packet) => 'packetId' in packet && packet.packetId),
    Array.from({ length: 200 }, (_, i) => i + 1),
  )
  assert.ok(most <= 4, `${most} were with the authority at once`)
})

test('a client that does not read loses QoS 0 messages past one mark and its connection past the other', async (t) => {
  const { raw, broker, over, advance } = await world(
    t,
    {},
    { queueDropBytes: 50_000, queueCloseBytes: 200_000 },
  )
  const peer = await raw()
  await peer.connect(4, 'slow')
  const request = {
    filter: 't',
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
  } as const
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions: [request], properties: noProperties })
  await peer.received(2)
  peer.socket.pause()
  const payload = Buffer.alloc(10_000)
  let sent = 0
  // In one turn nothing leaves the process, so only the marks decide.
  while (broker.publish({ topic: 't', payload, qos: 0 }) === 1) sent++
  assert.equal(sent, 5)
  while (broker.publish({ topic: 't', payload, qos: 1 }) === 1) sent++
  assert.ok(sent < 30, `${sent} were queued`)
  assert.equal((await over('slow')).reason, 'quota_exceeded')
  advance(101)
  assert.equal(broker.byClientId('slow'), undefined)
})

test('QoS 1 messages beyond the Receive Maximum of the client wait for its acknowledgements', async (t) => {
  const { raw, broker } = await world(t)
  const peer = await raw()
  await peer.connect(5, 'a', 0, { receiveMaximum: 2 })
  const request = {
    filter: 't',
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
  } as const
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions: [request], properties: noProperties })
  await peer.received(2)
  for (const payload of ['1', '2', '3']) broker.publish({ topic: 't', payload })
  peer.send({ kind: 'pingreq' })
  assert.deepEqual(
    (await peer.received(5)).slice(2).map(({ kind }) => kind),
    ['publish', 'publish', 'pingresp'],
  )
  peer.send({ kind: 'puback', packetId: 1, code: 0, properties: noProperties })
  const last = (await peer.received(6))[5]!
  assert.equal(last.kind === 'publish' && last.payload.toString(), '3')
})

const breaches: [name: string, bytes: string, reason: string][] = [
  ['a second CONNECT', '100e00044d51545405020000000001 61'.replace(' ', ''), 'protocol_error'],
  ['AUTH', 'f000', 'protocol_error'],
  ['a packet that only servers send', 'd000', 'protocol_error'],
  ['a topic alias', '30060000032300 01'.replace(' ', ''), 'topic_alias_invalid'],
  ['a packet that is too large', '30ffffff7f', 'packet_too_large'],
  ['a malformed packet', 'c100', 'malformed_packet'],
  ['a wildcard in a topic', '300400012300', 'topic_name_invalid'],
]
for (const [name, bytes, reason] of breaches) {
  test(`MQTT 5: ${name} ends the connection with its reason`, async (t) => {
    const { raw, over } = await world(t)
    const peer = await raw()
    await peer.connect(5, 'a')
    peer.socket.write(Buffer.from(bytes, 'hex'))
    assert.equal((await over('a')).reason, reason)
    assert.equal((await peer.received(2))[1]!.kind, 'disconnect')
    await peer.closed
  })
}

test('only CONNECT opens, and only in time', async (t) => {
  const { raw, broker, advance } = await world(t)
  const rude = await raw()
  rude.publish(1)
  await rude.closed
  assert.deepEqual(rude.packets, [])
  const silent = await raw()
  while (broker.counts.handshakes === 0) await new Promise(setImmediate)
  advance(10_000)
  await silent.closed
  assert.equal(broker.counts.handshakes, 0)
})

test('connections beyond the limits are closed without a word', async (t) => {
  const { client, raw } = await world(t, {}, { connections: 2, halfOpen: 1 })
  await client()
  const first = await raw()
  const second = await raw()
  await second.closed
  assert.equal(first.socket.destroyed, false)
})

test('a version that is not spoken is told so in the words of 3.1.1', async (t) => {
  const { raw } = await world(t)
  const peer = await raw()
  peer.socket.write(Buffer.from('100f00064d514973647003 02003c000161'.replace(' ', ''), 'hex'))
  assert.deepEqual(await peer.received(1), [
    { kind: 'connack', sessionPresent: false, code: 1, properties: noProperties },
  ])
  await peer.closed
})

test('the old connection stays until the new one is authenticated', async (t) => {
  const { client, broker } = await world(t)
  await client({ clientId: 'a', username: 'u', password: 'right' })
  const before = broker.byClientId('a')
  await assert.rejects(client({ clientId: 'a', username: 'u', password: 'wrong' }))
  assert.equal(broker.byClientId('a'), before)
})

test('1,000 connections that came and went leave nothing behind', async (t) => {
  const { client, broker, ended } = await world(t)
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const one = await client({ clientId: `c${i}`, protocol: i % 2 ? 4 : 5 })
        await one.subscribe(`d/${i}/#`)
        return one
      }),
    )
    await Promise.all(clients.map((one) => one.end()))
  }
  while (broker.counts.closing > 0 || broker.counts.connections > 0) await new Promise(setImmediate)
  assert.deepEqual(broker.counts, { connections: 0, handshakes: 0, closing: 0, filters: 0, retained: 0 })
  assert.equal(ended.length, 1000)
})

test('random bytes, before and after CONNECT, do not harm the broker', async (t) => {
  const { raw, client, errors } = await world(t)
  let seed = 1
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed >>> 16
  }
  const peers = await Promise.all(
    Array.from({ length: 150 }, async (_, i) => {
      const peer = await raw()
      if (i % 3 > 0) await peer.connect(i % 3 === 1 ? 4 : 5, `fuzz${i}`)
      // Half begin like a packet, so that more than the first byte is looked at.
      const bytes = Buffer.from(Array.from({ length: 60 }, () => random() & 0xff))
      if (i % 2) bytes.set([((random() % 15) + 1) << 4, 30])
      peer.socket.end(bytes)
      return peer
    }),
  )
  await Promise.all(peers.map(({ closed }) => closed))
  assert.equal(await (await client()).subscribe('still/here'), 1)
  assert.deepEqual(errors, [])
})
