import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { type Raw, world } from '../../../test/broker.ts'
import { connect } from '../client.ts'
import { encode } from '../codec/encode.ts'
import type { Packet, Properties, SubscriptionRequest } from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import { listen } from '../listener.ts'
import type { Authority } from './authority.ts'
import { createBroker } from './broker.ts'
import { defaultLimits } from './limits.ts'

const plain = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

/** Send a SUBSCRIBE, and wait for its answer. */
async function subscribe(peer: Raw, filter: string, options: Partial<SubscriptionRequest> = {}) {
  const before = peer.packets.length
  const subscriptions = [{ ...plain, ...options, filter }]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  const answer = (await peer.received(before + 1))[before]!
  assert.equal(answer.kind, 'suback')
  return answer.kind === 'suback' ? answer.codes[0] : undefined
}

/** What comes before the answer to a PINGREQ that is sent now. */
async function untilPong(peer: Raw, count: number): Promise<Packet[]> {
  const before = peer.packets.length
  peer.send({ kind: 'pingreq' })
  const packets = (await peer.received(before + count + 1)).slice(before)
  assert.equal(
    packets.findIndex(({ kind }) => kind === 'pingresp'),
    count,
  )
  return packets.slice(0, count)
}

const topics = [
  { name: 'of the most characters', topic: 'x'.repeat(20), isFine: true },
  { name: 'of one character more', topic: 'x'.repeat(21), isFine: false },
  { name: 'of the most levels', topic: 'a/b/c', isFine: true },
  { name: 'of one level more', topic: 'a/b/c/d', isFine: false },
]
for (const { name, topic, isFine } of topics)
  test(`a topic ${name} is ${isFine ? 'taken' : 'refused'} in a message, a subscription and a will`, async (t) => {
    const { raw, client } = await world(t, {}, { topicLength: 20, topicLevels: 3 })
    const peer = await raw()
    await peer.connect(5, 'a')
    assert.equal(await subscribe(peer, topic), isFine ? 1 : 0x8f)
    const published = (await client({ clientId: 'w' })).publish(topic, '', { qos: 1 })
    if (isFine) await published
    else await assert.rejects(published, { reason: 'topic_name_invalid' })
    const connected = client({ clientId: 'will', will: { topic, payload: '' } })
    if (isFine) await connected
    else await assert.rejects(connected, { reason: 'topic_name_invalid' })
  })

test('connections up to the most are let in, and the next is closed without a word', async (t) => {
  const refused: string[] = []
  const authority: Partial<Authority<string>> = {
    refused: (refusal) =>
      refused.push(`${refusal.reason} ${refusal.action === 'connect' && refusal.address}`),
  }
  const { client, raw } = await world(t, authority, { connections: 3 })
  await client({ clientId: 'a' })
  await client({ clientId: 'b' })
  const third = await raw()
  await (await raw()).closed
  assert.equal((await third.connect(4, 'c')).kind, 'connack')
  assert.deepEqual(refused, ['server_busy 127.0.0.1'])
})

test('retained messages take 64 MiB at most', () => {
  assert.equal(defaultLimits.retainedBytes, 67_108_864)
})

test('connections that have not sent their CONNECT are let in up to the most, and more when one has', async (t) => {
  const { raw, broker } = await world(t, {}, { halfOpen: 2 })
  const [first, second] = [await raw(), await raw()]
  await (await raw()).closed
  assert.equal((await first.connect(4, 'a')).kind, 'connack')
  const fourth = await raw()
  await (await raw()).closed
  for (const [index, peer] of [second, fourth].entries()) await peer.connect(4, `b${index}`)
  assert.equal(broker.counts.connections, 3)
})

test('a socket without a CONNECT is closed when its time is over, and not a moment before', async (t) => {
  const { raw, broker, advance } = await world(t)
  const peer = await raw()
  while (broker.counts.handshakes === 0) await new Promise(setImmediate)
  advance(9_999)
  const connected = await peer.connect(4, 'a')
  assert.equal(connected.kind === 'connack' && connected.code, 0)
})

test('a CONNECT that the authority has not answered when its time is over is told that the server is busy', async (t) => {
  const asked = Promise.withResolvers<void>()
  const { raw, advance } = await world(
    t,
    {
      authenticate: () => {
        asked.resolve()
        return new Promise(() => {})
      },
    },
    { authenticateTimeoutMs: 1_000 },
  )
  const peer = await raw()
  const answered = peer.connect(5, 'a')
  await asked.promise
  advance(999)
  assert.deepEqual(peer.packets, [])
  advance(1)
  const answer = await answered
  assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['connack', 0x89])
  await peer.closed
})

test('a connection that was ended and still waits for the authority is destroyed after the close timeout', async (t) => {
  const asked = Promise.withResolvers<void>()
  const publish = () => {
    asked.resolve()
    return new Promise<'handled'>(() => {})
  }
  const { raw, broker, advance } = await world(t, { publish })
  const peer = await raw()
  await peer.connect(4, 'a')
  peer.publish(1)
  await asked.promise
  broker.byClientId('a')!.close('not_authorized')
  advance(99)
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  assert.equal(broker.counts.closing, 1)
  advance(1)
  await peer.closed
})

test('a connection without a keep-alive may be silent for as long as it likes', async (t) => {
  const { raw, advance, ended } = await world(t)
  const peer = await raw()
  await peer.connect(4, 'a', 0)
  advance(10 ** 10)
  assert.deepEqual(await untilPong(peer, 0), [])
  assert.deepEqual(ended, [])
})

for (const [asked, told] of [
  [99, undefined],
  [100, undefined],
  [101, 100],
  [0, 100],
] as const)
  test(`MQTT 5: a keep-alive of ${asked} where 100 is the most is ${told ? 'made 100' : 'taken'}`, async (t) => {
    const { raw } = await world(t, {}, { keepAliveSeconds: 100 })
    const connack = await (await raw()).connect(5, 'a', asked)
    assert.equal(connack.kind === 'connack' && connack.properties.serverKeepAlive, told)
  })

const expiries: { connect?: number; disconnect?: number; reason: string }[] = [
  { reason: 'normal_disconnection' },
  { disconnect: 0, reason: 'normal_disconnection' },
  { disconnect: 1, reason: 'protocol_error' },
  { connect: 0, disconnect: 0, reason: 'normal_disconnection' },
  { connect: 0, disconnect: 1, reason: 'protocol_error' },
  { connect: 1, disconnect: 0, reason: 'normal_disconnection' },
  { connect: 1, disconnect: 1, reason: 'normal_disconnection' },
]
for (const { connect, disconnect, reason } of expiries)
  test(`MQTT 5: a session expiry of ${connect ?? 'none'} in CONNECT and ${disconnect ?? 'none'} in DISCONNECT ends as ${reason}`, async (t) => {
    const { raw, over } = await world(t)
    const peer = await raw()
    const expiry = (sessionExpiryInterval: number | undefined): Properties =>
      sessionExpiryInterval === undefined ? noProperties : { sessionExpiryInterval }
    await peer.connect(5, 'a', 0, expiry(connect))
    peer.send({ kind: 'disconnect', code: 0, properties: expiry(disconnect) })
    assert.equal((await over('a')).reason, reason)
  })

for (const [given, limit, most] of [
  [2, 3, 2],
  [3, 2, 2],
  [undefined, 2, 2],
] as const)
  test(`MQTT 5: a Receive Maximum of ${given ?? 'none'} where we have ${limit} lets ${most} messages be unacknowledged`, async (t) => {
    const { raw, broker } = await world(t, {}, { outboundInFlight: limit })
    const peer = await raw()
    await peer.connect(5, 'a', 0, given === undefined ? noProperties : { receiveMaximum: given })
    await subscribe(peer, 't')
    for (let count = 0; count < 6; count++) broker.publish({ topic: 't', payload: String(count) })
    const first = await untilPong(peer, most)
    const [publish] = first
    assert.ok(publish?.kind === 'publish')
    const { packetId } = publish
    peer.send({ kind: 'puback', packetId, code: 0, properties: noProperties })
    await untilPong(peer, 1)
    // What is not in flight is not acknowledged by it either.
    peer.send({ kind: 'puback', packetId, code: 0, properties: noProperties })
    await untilPong(peer, 0)
  })

test('MQTT 5: messages of QoS 2 that are not released count as in flight, up to the most', async (t) => {
  const { raw, over } = await world(t, {}, { inFlight: 2 })
  const peer = await raw()
  await peer.connect(5, 'a')
  peer.publish(1, 2)
  peer.publish(2, 2)
  assert.deepEqual(
    (await untilPong(peer, 2)).map(({ kind }) => kind),
    ['pubrec', 'pubrec'],
  )
  // A message of QoS 0 is never in flight.
  peer.publish(0, 0)
  await untilPong(peer, 0)
  peer.publish(3, 2)
  assert.equal((await over('a')).reason, 'receive_maximum_exceeded')
})

test('MQTT 5: a message of QoS 2 that was refused is not in flight any more', async (t) => {
  const { raw } = await world(t, { publish: () => ({ refused: 'quota_exceeded' }) }, { inFlight: 1 })
  const peer = await raw()
  await peer.connect(5, 'a')
  for (const id of [1, 2, 2]) peer.publish(id, 2)
  assert.deepEqual(
    (await untilPong(peer, 3)).map((packet) => packet.kind === 'pubrec' && packet.code),
    [0x97, 0x97, 0x97],
  )
})

test('what comes behind a SUBSCRIBE waits for its answer, also when a message before it is done meanwhile', async (t) => {
  const published = Promise.withResolvers<'handled'>()
  const letIn = Promise.withResolvers<boolean>()
  const asked = Promise.withResolvers<void>()
  const { raw } = await world(t, {
    publish: () => published.promise,
    maySubscribe: () => {
      asked.resolve()
      return letIn.promise
    },
  })
  const peer = await raw()
  await peer.connect(4, 'a')
  const before = peer.packets.length
  peer.publish(1)
  peer.send({
    kind: 'subscribe',
    packetId: 2,
    subscriptions: [{ ...plain, filter: 'x' }],
    properties: noProperties,
  })
  peer.send({ kind: 'pingreq' })
  await asked.promise
  published.resolve('handled')
  await peer.received(before + 1)
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  letIn.resolve(true)
  const packets = (await peer.received(before + 3)).slice(before)
  assert.deepEqual(
    packets.map(({ kind }) => kind),
    ['puback', 'suback', 'pingresp'],
  )
})

test('MQTT 5: messages that wait for the authority count as in flight, up to the most', async (t) => {
  const { promise, resolve } = Promise.withResolvers<'handled'>()
  const second = Promise.withResolvers<void>()
  let asked = 0
  const publish = () => {
    if (++asked === 2) second.resolve()
    return promise
  }
  const { raw } = await world(t, { publish }, { inFlight: 2 })
  const peer = await raw()
  await peer.connect(5, 'a')
  for (const id of [1, 2, 3]) peer.publish(id)
  await second.promise
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  assert.equal(asked, 2)
  resolve('handled')
  assert.deepEqual(
    (await untilPong(peer, 3)).map(({ kind }) => kind),
    ['puback', 'puback', 'puback'],
  )
})

for (const [asked, sent, qos] of [
  [0, 0, 0],
  [0, 1, 0],
  [1, 0, 0],
  [1, 1, 1],
  [2, 2, 1],
] as const)
  test(`a message of QoS ${sent} reaches a subscription of QoS ${asked} with QoS ${qos}`, async (t) => {
    const { raw, broker } = await world(t)
    const peer = await raw()
    await peer.connect(4, 'a')
    assert.equal(await subscribe(peer, 't', { qos: asked }), Math.min(asked, 1))
    broker.publish({ topic: 't', payload: 'x', qos: sent })
    const [message] = await untilPong(peer, 1)
    assert.equal(message?.kind === 'publish' && message.qos, qos)
  })

test('a message of QoS 0 is not acknowledged', async (t) => {
  const { raw } = await world(t)
  const peer = await raw()
  await peer.connect(4, 'a')
  peer.publish(0, 0)
  await untilPong(peer, 0)
})

/** A PUBLISH of `t` with 10,000 bytes has 1 byte of type, 2 of its length, 3 of topic and, in QoS 1, 2 of its identifier. */
const payload = Buffer.alloc(10_000)
const [bytesOfQos0, bytesOfQos1] = [10_006, 10_008]

for (const [below, sent] of [
  [0, 6],
  [1, 5],
] as const)
  test(`a queue of ${below ? 'more than' : 'exactly'} the mark ${below ? 'drops' : 'takes'} a QoS 0 message`, async (t) => {
    const { raw, broker } = await world(t, {}, { queueDropBytes: 5 * bytesOfQos0 - below })
    const peer = await raw()
    await peer.connect(4, 'slow')
    await subscribe(peer, 't')
    // In one turn nothing leaves the process, so only the marks decide.
    let count = 0
    while (broker.publish({ topic: 't', payload, qos: 0 }) === 1) count++
    assert.equal(count, sent)
    assert.equal((await untilPong(peer, sent)).length, sent)
  })

for (const [below, sent] of [
  [0, 4],
  [1, 3],
] as const)
  test(`a queue of ${below ? 'more than' : 'exactly'} the second mark ${below ? 'ends' : 'leaves'} the connection`, async (t) => {
    const limits = { queueCloseBytes: 3 * bytesOfQos1 - below }
    const { raw, broker, advance, ended } = await world(t, {}, limits)
    const peer = await raw()
    await peer.connect(4, 'slow')
    await subscribe(peer, 't')
    for (let count = 0; count < 3; count++) broker.publish({ topic: 't', payload })
    assert.deepEqual(ended, [])
    if (below === 0) {
      advance(0)
      assert.deepEqual(ended, [])
    }
    const reached = 3 + broker.publish({ topic: 't', payload })
    assert.equal(reached, sent)
    assert.deepEqual(
      ended.map(({ reason }) => reason),
      below === 0 ? [] : ['quota_exceeded'],
    )
  })

test('a queue of more than the second mark ends the connection at the next sweep, whatever is sent', async (t) => {
  const { raw, broker, advance, ended } = await world(t, {}, { queueCloseBytes: bytesOfQos0 - 1 })
  const peer = await raw()
  await peer.connect(4, 'slow')
  await subscribe(peer, 't')
  broker.publish({ topic: 't', payload, qos: 0 })
  assert.deepEqual(ended, [])
  advance(0)
  assert.deepEqual(
    ended.map(({ reason }) => reason),
    ['quota_exceeded'],
  )
})

/** The length of the CONNACK of a plain CONNECT, which says what a session is given. */
async function connackLength(t: Parameters<typeof world>[0]): Promise<number> {
  const { raw } = await world(t)
  return encode(await (await raw()).connect(5, 'a'), 5).length
}

test('MQTT 5: a client takes packets of exactly its Maximum Packet Size', async (t) => {
  const length = await connackLength(t)
  const { raw, broker } = await world(t)
  const codes = async (maximumPacketSize: number) => {
    const connack = await (await raw()).connect(5, 'a', 0, { maximumPacketSize })
    return connack.kind === 'connack' && connack.code
  }
  assert.deepEqual([await codes(length), await codes(length - 1)], [0, 0x95])

  const peer = await raw()
  await peer.connect(5, 'b', 0, { maximumPacketSize: 40 })
  const filters = (count: number) => Array.from({ length: count }, (_, i) => ({ ...plain, filter: `${i}` }))
  // A SUBACK is five bytes and one for each filter.
  for (const [count, answers] of [
    [35, 1],
    [36, 0],
  ] as const) {
    peer.send({ kind: 'subscribe', packetId: 1, subscriptions: filters(count), properties: noProperties })
    await untilPong(peer, answers)
  }
  // A PUBLISH in QoS 0 is six bytes and its payload.
  await subscribe(peer, 't')
  assert.equal(broker.publish({ topic: 't', payload: 'x'.repeat(34), qos: 0 }), 1)
  assert.equal(broker.publish({ topic: 't', payload: 'x'.repeat(35), qos: 0 }), 0)
  const [message] = await untilPong(peer, 1)
  assert.equal(message?.kind === 'publish' && message.payload.length, 34)
})

test('MQTT 5: a reason in words is left out of a DISCONNECT that it would make too large', async (t) => {
  const { raw, broker } = await world(t)
  for (const [room, reasonString] of [
    [0, 'x'.repeat(33)],
    [1, undefined],
  ] as const) {
    const peer = await raw()
    await peer.connect(5, 'a', 0, { maximumPacketSize: 40 - room })
    // A DISCONNECT with a reason in words is seven bytes and the words.
    broker.byClientId('a')!.close('not_authorized', 'x'.repeat(33))
    const last = (await peer.received(2))[1]!
    assert.deepEqual(last.kind === 'disconnect' && last.properties.reasonString, reasonString)
  }
})

test('MQTT 5: a refused CONNECT is answered as fully as the client has room for', async (t) => {
  const { raw } = await world(t)
  // A CONNACK is five bytes; the words `try another` add fourteen.
  for (const [maximumPacketSize, answer] of [
    [19, { reasonString: 'try another' }],
    [18, noProperties],
    [5, noProperties],
    [4, undefined],
  ] as const) {
    const peer = await raw()
    void peer.connect(5, 'a', 0, { maximumPacketSize }, undefined, 'wrong')
    await peer.closed
    const properties = peer.packets.map((packet) => packet.kind === 'connack' && packet.properties)
    assert.deepEqual(properties, answer === undefined ? [] : [answer])
  }
})

test('retained messages are kept up to exactly the bytes that there are for them', async (t) => {
  // Seven bytes of a PUBLISH of MQTT 5, and 500 for the entry.
  for (const [retainedBytes, fits] of [
    [507, true],
    [506, false],
  ] as const) {
    const { broker } = await world(t, {}, { retainedBytes })
    assert.equal(broker.retain('a', 'x'), fits)
    assert.equal(broker.retain('a', 'y'), fits)
    assert.equal(broker.retain('b', 'x'), false)
    assert.equal(broker.counts.retained, fits ? 1 : 0)
  }
})

test('what is retained can be forgotten where there is no room for more', async (t) => {
  const { broker } = await world(t, {}, { retainedMessages: 1 })
  assert.deepEqual(
    [broker.retain('a', 'x'), broker.retain('b', 'x'), broker.retain('b', '')],
    [true, false, true],
  )
  assert.deepEqual([broker.retain('a', ''), broker.counts.retained], [true, 0])
})

test('clients may not retain messages unless that is said', async (t) => {
  const authority: Authority<string> = {
    authenticate: () => ({ principal: 'p', expiresAtMs: Number.POSITIVE_INFINITY }),
    maySubscribe: () => true,
    publish: () => 'retain',
  }
  const broker = createBroker({ authority, sweepMs: 0 })
  const { host, port, close } = await listen(broker, { host: '127.0.0.1', port: 0 })
  t.after(close)
  const client = await connect({ host, port })
  assert.equal(client.properties.retainAvailable, 0)
  await assert.rejects(client.publish('t', 'x', { qos: 1, retain: true }), { reason: 'retain_not_supported' })
  assert.equal(broker.counts.retained, 0)
})

for (const [sweepMs, isClosed] of [
  [undefined, true],
  [500, true],
  [501, false],
  [0, false],
] as const)
  test(`a broker that sweeps ${sweepMs === undefined ? 'as it does by itself' : `every ${sweepMs} ms`} has ${isClosed ? '' : 'not '}closed what is due after 500 ms`, (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    let nowMs = 0
    const broker = createBroker<string>({
      authority: {
        authenticate: () => ({ refused: 'banned' }),
        maySubscribe: () => false,
        publish: () => 'handled',
      },
      world: { now: () => nowMs, random: (count) => Buffer.alloc(count) },
      ...(sweepMs !== undefined && { sweepMs }),
    })
    const socket = new Socket()
    broker.accept(socket)
    nowMs = 10_000
    t.mock.timers.tick(499)
    assert.equal(socket.destroyed, false)
    t.mock.timers.tick(1)
    assert.equal(socket.destroyed, isClosed)
    void broker.close()
  })

test('a message for one connection goes by the subscription of the highest QoS that matches it', async (t) => {
  const { broker, raw } = await world(t)
  const peer = await raw()
  await peer.connect(5, 'a')
  const filters = [
    { ...plain, filter: 'a/#', qos: 0 },
    { ...plain, filter: 'a/b', qos: 1 },
    { ...plain, filter: 'a/+', qos: 0 },
    { ...plain, filter: 'other', qos: 2 },
  ] as const
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions: [...filters], properties: noProperties })
  await peer.received(2)
  const message = { topic: 'a/b', payload: 'x', qos: 1 } as const
  assert.equal(broker.deliver('a', message), true)
  assert.equal(broker.deliver('a', { ...message, topic: 'nobody' }), false)
  assert.equal(broker.deliver('b', message), false)
  const last = (await peer.received(3))[2]
  assert.equal(last?.kind === 'publish' && last.qos, 1)
})
