import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../../test/broker.ts'
import { noProperties } from '../codec/packets.ts'
import type { Verdict } from './authority.ts'

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

test('a message of QoS 2 that is repeated before the authority has answered is acknowledged once', async (t) => {
  const { promise, resolve } = Promise.withResolvers<Verdict>()
  let asked = 0
  const { raw } = await world(t, {
    publish: () => {
      asked += 1
      return promise
    },
  })
  const peer = await raw()
  await peer.connect(5, 'a')
  peer.publish(1, 2)
  peer.publish(1, 2)
  peer.send({ kind: 'pingreq' })
  await peer.received(2)
  resolve('route')
  await peer.received(3)
  peer.publish(1, 2)
  const packets = await peer.received(4)
  assert.deepEqual(
    packets.map(({ kind }) => kind),
    ['connack', 'pingresp', 'pubrec', 'pubrec'],
  )
  assert.equal(asked, 1)
})

test('MQTT 5: a second CONNECT is a protocol error, whatever its version', async (t) => {
  const { raw, over } = await world(t)
  const peer = await raw()
  await peer.connect(5, 'a')
  peer.socket.write(Buffer.from('100e00044d5154540602003c00000161', 'hex'))
  const [, last] = await peer.received(2)
  assert.deepEqual([last?.kind, last && 'code' in last && last.code], ['disconnect', 0x82])
  peer.socket.destroy()
  assert.equal((await over('a')).reason, 'protocol_error')
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

test('what a client sends behind a SUBSCRIBE waits until that is answered', async (t) => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const asked = Promise.withResolvers<void>()
  const { raw } = await world(t, {
    maySubscribe: () => {
      asked.resolve()
      return promise
    },
  })
  const peer = await raw()
  await peer.connect(5, 'a')
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [{ filter: 't', ...options }]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  peer.publish(2)
  peer.send({ kind: 'pingreq' })
  await asked.promise
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  resolve(true)
  assert.deepEqual(
    (await peer.received(5)).map(({ kind }) => kind),
    ['connack', 'suback', 'publish', 'puback', 'pingresp'],
  )
})

test('a SUBSCRIBE is not answered any more where the connection was ended meanwhile', async (t) => {
  const [subscribed, published] = [Promise.withResolvers<boolean>(), Promise.withResolvers<'route'>()]
  const asked = Promise.withResolvers<void>()
  const { raw, broker } = await world(t, {
    publish: () => published.promise,
    maySubscribe: () => {
      asked.resolve()
      return subscribed.promise
    },
  })
  const peer = await raw()
  await peer.connect(5, 'a')
  // It is answered before the last word is said.
  peer.publish(2)
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [{ filter: 't', ...options }]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  await asked.promise
  broker.byClientId('a')?.close('administrative_action')
  subscribed.resolve(true)
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  published.resolve('route')
  assert.deepEqual(
    (await peer.received(3)).map(({ kind }) => kind),
    ['connack', 'puback', 'disconnect'],
  )
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
  ['a control character in a topic', '300400010a00', 'malformed_packet'],
  ['a filter with a wildcard within a level', '82080001000002612301', 'malformed_packet'],
  ['a malformed packet', 'c100', 'malformed_packet'],
  ['a wildcard in a topic', '300400012300', 'malformed_packet'],
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

for (const protocol of [4, 5] as const) {
  const name = protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'

  // As after a restart of ours, when a client rightly finishes what it began with the process before.
  test(`${name}: answers to QoS 2 messages that we never sent do no harm`, async (t) => {
    const { raw } = await world(t)
    const peer = await raw()
    await peer.connect(protocol, 'a')
    peer.send({ kind: 'pubrec', packetId: 7, code: 0, properties: noProperties })
    peer.send({ kind: 'pubcomp', packetId: 7, code: 0, properties: noProperties })
    if (protocol === 5) peer.send({ kind: 'pubrec', packetId: 8, code: 0x80, properties: noProperties })
    peer.send({ kind: 'pingreq' })
    assert.deepEqual((await peer.received(3)).slice(1), [
      { kind: 'pubrel', packetId: 7, code: protocol === 5 ? 0x92 : 0, properties: noProperties },
      { kind: 'pingresp' },
    ])
  })

  for (const kind of ['pubrec', 'pubcomp'] as const)
    test(`${name}: ${kind.toUpperCase()} for a QoS 1 message ends the connection`, async (t) => {
      const { raw, broker, over } = await world(t)
      const peer = await raw()
      await peer.connect(protocol, 'a')
      const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
      const subscriptions = [{ filter: 't', ...options }]
      peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
      await peer.received(2)
      broker.publish({ topic: 't', payload: 'x' })
      await peer.received(3)
      peer.send({ kind, packetId: 1, code: 0, properties: noProperties })
      assert.equal((await over('a')).reason, 'protocol_error')
    })

  test(`${name}: a client id with a control character is refused`, async (t) => {
    const { client } = await world(t)
    for (const clientId of ['a\nb', '\u001b[31m', '\u007f', '\u009b'])
      await assert.rejects(client({ protocol, clientId }), { reason: 'client_identifier_not_valid' })
  })

  test(`${name}: nobody publishes to a topic of the server's own`, async (t) => {
    const asked: string[] = []
    const { client, raw } = await world(t, {
      publish: (_, { topic }) => {
        asked.push(topic)
        return 'route'
      },
    })
    const reader = await client()
    await reader.subscribe('$SYS/#')
    const peer = await raw()
    await peer.connect(protocol, 'a')
    peer.publish(1, 1, '$SYS/broker/uptime')
    await (protocol === 4 ? peer.closed : peer.received(2))
    assert.deepEqual([asked, reader.messages], [[], []])
  })
}

test('MQTT 5: no packet is larger than the client takes', async (t) => {
  const { raw, client } = await world(t)
  const small = await raw()
  assert.deepEqual(await small.connect(5, 'small', 0, { maximumPacketSize: 10 }), {
    ...{ kind: 'connack', sessionPresent: false, code: 0x95, properties: noProperties },
  })
  await small.closed
  const tiny = await raw()
  void tiny.connect(5, 'tiny', 0, { maximumPacketSize: 2 })
  await tiny.closed
  assert.deepEqual(tiny.packets, [])
  const properties = { maximumPacketSize: 30 }
  // The reason in words does not fit.
  await assert.rejects(client({ username: 'u', password: 'wrong', properties: { maximumPacketSize: 12 } }), {
    reason: 'bad_user_name_or_password',
    message: 'refused: bad_user_name_or_password',
  })
  const peer = await raw()
  await peer.connect(5, 'a', 0, properties)
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = Array.from({ length: 40 }, (_, i) => ({ filter: `t${i}`, ...options }))
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  peer.send({ kind: 'pingreq' })
  assert.deepEqual((await peer.received(2)).at(-1), { kind: 'pingresp' })
})

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

for (const expiresAtMs of [Number.NaN, 0, 1_000_000]) {
  test(`a principal that is good until ${expiresAtMs} is not let in at 1000000`, async (t) => {
    const { client } = await world(t, { authenticate: () => ({ principal: 'p', expiresAtMs }) })
    await assert.rejects(client(), { reason: 'not_authorized' })
  })
}

test('an authority that fails lets nobody in, and an authority that throws gives no subscription', async (t) => {
  let fails = true
  const fail = () => {
    throw new Error('a bug')
  }
  const { client, errors } = await world(t, {
    authenticate: () => (fails ? fail() : { principal: 'p', expiresAtMs: Number.POSITIVE_INFINITY }),
    maySubscribe: fail,
  })
  await assert.rejects(client(), { reason: 'server_unavailable' })
  fails = false
  await assert.rejects((await client()).subscribe('t'), { reason: 'unspecified_error' })
  assert.equal(errors.length, 2)
})

test('a subscription with No Local gets what others publish', async (t) => {
  const { client, raw } = await world(t)
  const peer = await raw()
  await peer.connect(5, 'a')
  const options = { qos: 1, noLocal: true, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [
    { filter: 't', ...options },
    { filter: '#', ...options },
  ]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  peer.publish(1)
  await peer.received(3)
  await (await client()).publish('t', 'theirs', { qos: 1 })
  const last = (await peer.received(4))[3]!
  assert.equal(last.kind === 'publish' && last.payload.toString(), 'theirs')
})

test('MQTT 5: an authentication method is refused, for only a password is accepted', async (t) => {
  const { raw } = await world(t)
  const connack = await (await raw()).connect(5, 'a', 0, { authenticationMethod: 'SCRAM-SHA-1' })
  assert.equal(connack.kind === 'connack' && connack.code, 0x8c)
})

test('one subscription with No Local gets nothing that its own connection publishes', async (t) => {
  const { raw } = await world(t)
  const peer = await raw()
  await peer.connect(5, 'a')
  const options = { qos: 1, noLocal: true, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [{ filter: 't', ...options }]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  peer.publish(1)
  peer.send({ kind: 'pingreq' })
  assert.deepEqual(
    (await peer.received(4)).map(({ kind }) => kind),
    ['connack', 'suback', 'puback', 'pingresp'],
  )
})

test('filters that are shared, too many, too long or too deep are refused one by one', async (t) => {
  const { raw } = await world(t, {}, { subscriptionsPerConnection: 1, topicLength: 20, topicLevels: 3 })
  const peer = await raw()
  await peer.connect(5, 'a')
  const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const filters = ['$share/g/t', 'a/b/c/d', 'x'.repeat(21), 'secret', 'good', 'good', 'another']
  const subscriptions = filters.map((filter) => ({ filter, ...options }))
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  const answer = (await peer.received(2))[1]!
  assert.deepEqual(answer.kind === 'suback' && answer.codes, [0x9e, 0x8f, 0x8f, 0x87, 1, 1, 0x97])
})

test('a client that asks for its session to be kept must have a client id, in 3.1.1', async (t) => {
  const { raw } = await world(t)
  const peer = await raw()
  peer.socket.write(Buffer.from('100c00044d5154540400003c0000', 'hex'))
  assert.deepEqual(await peer.received(1), [
    { kind: 'connack', sessionPresent: false, code: 2, properties: noProperties },
  ])
})

/** More than the systems of both ends keep for a socket. */
const floodCount = 600
for (const waitsFor of ['authenticate', 'subscribe'] as const) {
  test(`what a client sends while its ${waitsFor} waits for the authority stays outside of the process, and is handled then`, async (t) => {
    const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    t.after(() => gate.resolve())
    const wait = async () => {
      asked.resolve()
      await gate.promise
    }
    let handled = 0
    const all = Promise.withResolvers<void>()
    const { raw, client } = await world(t, {
      async authenticate({ clientId }) {
        if (clientId === 'a' && waitsFor === 'authenticate') await wait()
        return { principal: clientId, expiresAtMs: Number.POSITIVE_INFINITY }
      },
      async maySubscribe() {
        await wait()
        return true
      },
      publish() {
        handled += 1
        if (handled === floodCount) all.resolve()
        return 'handled'
      },
    })
    const peer = await raw()
    const connected = peer.connect(5, 'a')
    if (waitsFor === 'subscribe') {
      await connected
      const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
      const subscriptions = [{ filter: 't', ...options }]
      peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
    }
    await asked.promise
    const payload = Buffer.alloc(64 * 1024)
    const message = { topic: 't', payload, qos: 0, retain: false, duplicate: false, packetId: 0 } as const
    for (let count = 0; count < floodCount; count += 1)
      peer.send({ kind: 'publish', ...message, properties: noProperties })
    // Whatever would be read is read while others are served.
    const other = await client({ clientId: 'b' })
    for (let turn = 0; turn < 200; turn += 1) await other.unsubscribe('nothing')
    assert.ok(peer.socket.writableLength > 0)
    assert.equal(handled, 0)
    gate.resolve()
    await all.promise
    assert.equal((await connected).kind, 'connack')
  })
}

test('a message that is decided at once waits for the one before it', async (t) => {
  const [first, asked] = [Promise.withResolvers<Verdict>(), Promise.withResolvers<void>()]
  let count = 0
  const { raw } = await world(t, {
    publish() {
      count += 1
      if (count === 2) asked.resolve()
      return count === 1 ? first.promise : 'handled'
    },
  })
  const peer = await raw()
  await peer.connect(5, 'a')
  peer.publish(1)
  peer.publish(2)
  peer.send({ kind: 'pingreq' })
  await asked.promise
  await peer.received(2)
  assert.deepEqual(
    peer.packets.map(({ kind }) => kind),
    ['connack', 'pingresp'],
  )
  first.resolve('handled')
  const packets = await peer.received(4)
  assert.deepEqual(
    packets.slice(2).map((packet) => 'packetId' in packet && packet.packetId),
    [1, 2],
  )
})

test('an authority that fails at what it is only told of breaks no connection, and the failure is reported', async (t) => {
  const fail = (what: string) => () => {
    throw new Error(what)
  }
  const { raw, errors, over, broker } = await world(t, {
    connected: fail('connected'),
    refused: fail('refused'),
    publish: () => Promise.reject(new Error('will')),
  })
  const peer = await raw()
  assert.equal((await peer.connect(5, 'a', 0, noProperties, 'gone')).kind, 'connack')
  peer.send({
    ...{ kind: 'subscribe', packetId: 1, properties: noProperties },
    subscriptions: [
      { filter: 'secret', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
    ],
  })
  await peer.received(2)
  assert.ok(broker.byClientId('a'))
  peer.socket.destroy()
  await over('a')
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
  assert.deepEqual(errors.map(String), ['Error: connected', 'Error: refused', 'Error: will'])
})
