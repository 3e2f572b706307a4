import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Raw, type World, world } from '../../../test/broker.ts'
import type { Protocol, SubscriptionRequest } from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import type { Authority, EndReason } from './authority.ts'
import type { Limits } from './limits.ts'

const plain = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

async function subscribe(peer: Raw, filter: string, options: Partial<SubscriptionRequest> = {}) {
  const before = peer.packets.length
  const subscriptions = [{ ...plain, ...options, filter }]
  peer.send({ kind: 'subscribe', packetId: 1, subscriptions, properties: noProperties })
  await peer.received(before + 1)
}

interface Ending {
  readonly name: string
  readonly reason: EndReason
  readonly byServer: boolean
  readonly hasWill: boolean
  readonly only?: Protocol
  readonly keepAliveSeconds?: number
  readonly authority?: Partial<Authority<string>>
  readonly limits?: Partial<Limits>
  readonly end: (peer: Raw, world: World) => unknown
}

const unspecified = { reason: 'unspecified_error', byServer: true, hasWill: true } as const
const endings: Ending[] = [
  {
    name: 'a DISCONNECT',
    ...{ reason: 'normal_disconnection', byServer: false, hasWill: false },
    end: (peer) => peer.send({ kind: 'disconnect', code: 0, properties: noProperties }),
  },
  {
    name: 'a DISCONNECT that asks for the will',
    ...{ reason: 'disconnect_with_will', byServer: false, hasWill: true, only: 5 },
    end: (peer) => peer.send({ kind: 'disconnect', code: 4, properties: noProperties }),
  },
  {
    name: 'a socket that breaks',
    ...{ reason: 'connection_lost', byServer: false, hasWill: true },
    end: ({ socket }) => socket.destroy(),
  },
  {
    name: 'silence',
    ...{ reason: 'keep_alive_timeout', byServer: true, hasWill: true, keepAliveSeconds: 10 },
    end: (_, { advance }) => advance(15_001),
  },
  {
    name: 'a token that is over',
    ...{ reason: 'maximum_connect_time', byServer: true, hasWill: true },
    authority: { authenticate: ({ clientId }) => ({ principal: clientId, expiresAtMs: 1_010_000 }) },
    end: (_, { advance }) => advance(10_000),
  },
  {
    name: 'a kick',
    ...{ reason: 'administrative_action', byServer: true, hasWill: false },
    end: (_, { broker }) => broker.byClientId('a')?.close('administrative_action'),
  },
  {
    name: 'another connection of its client id',
    ...{ reason: 'session_taken_over', byServer: true, hasWill: true },
    end: (_, { client }) => client({ clientId: 'a' }),
  },
  {
    name: 'a packet that breaks the protocol',
    ...{ reason: 'malformed_packet', byServer: true, hasWill: true },
    end: ({ socket }) => socket.write(Buffer.from('c100', 'hex')),
  },
  {
    name: 'a queue that grows too long',
    ...{ reason: 'quota_exceeded', byServer: true, hasWill: true, limits: { queueCloseBytes: 100 } },
    end: async (peer, { broker }) => {
      await subscribe(peer, 't')
      for (let count = 0; count < 2; count++) broker.publish({ topic: 't', payload: 'x'.repeat(200) })
    },
  },
  {
    name: 'a queue that is too long at a sweep',
    ...{ reason: 'quota_exceeded', byServer: true, hasWill: true, limits: { queueCloseBytes: 100 } },
    end: async (peer, { broker, advance }) => {
      await subscribe(peer, 't')
      broker.publish({ topic: 't', payload: 'x'.repeat(200) })
      advance(0)
    },
  },
  {
    name: 'a message that the authority fails to store',
    ...unspecified,
    authority: {
      publish: (_, { topic }) => (topic === 'wills' ? 'route' : Promise.reject(new Error('disk full'))),
    },
    end: (peer) => peer.publish(1),
  },
  {
    name: 'an authority that throws at a message',
    ...unspecified,
    authority: {
      publish: (_, { topic }) => {
        if (topic === 'wills') return 'route'
        throw new Error('a bug')
      },
    },
    end: (peer) => peer.publish(1),
  },
  {
    name: 'an authority that throws at what a subscription is sent',
    ...unspecified,
    authority: {
      mayReceive: (principal) => {
        if (principal === 'a') throw new Error('a bug')
        return true
      },
    },
    end: (peer, { broker }) => {
      broker.retain('t', 'x')
      peer.send({
        ...{ kind: 'subscribe', packetId: 1, properties: noProperties },
        subscriptions: [{ ...plain, filter: 't' }],
      })
    },
  },
  {
    name: 'too many refused messages',
    ...{ reason: 'not_authorized', byServer: true, hasWill: true, only: 5, limits: { refusedPublishes: 2 } },
    end: (peer) => [1, 2].map((id) => peer.publish(id, 1, 'secret')),
  },
]
for (const protocol of [4, 5] as const)
  for (const row of endings) {
    if (row.only !== undefined && row.only !== protocol) continue
    const { name, reason, byServer, hasWill, keepAliveSeconds = 0, authority, limits, end } = row
    test(`${protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'}: ${name} ends a connection ${hasWill ? 'and has its will published' : 'without its will'}`, async (t) => {
      const all = await world(t, authority, limits)
      const { raw, client, over, broker } = all
      const watcher = await client({ clientId: 'watcher', keepAliveSeconds: 0 })
      broker.byClientId('watcher')?.extend(Number.POSITIVE_INFINITY)
      await watcher.subscribe('wills')
      const peer = await raw()
      await peer.connect(protocol, 'a', keepAliveSeconds, noProperties, 'gone')
      await end(peer, all)
      const how = await over('a')
      assert.deepEqual([how.reason, how.byServer], [reason, byServer])
      broker.publish({ topic: 'wills', payload: 'last' })
      const wills = (await watcher.received(hasWill ? 2 : 1)).map(({ payload }) => payload.toString())
      assert.deepEqual(wills, hasWill ? ['gone', 'last'] : ['last'])
    })
  }

for (const protocol of [4, 5] as const)
  test(`${protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'}: what comes with a DISCONNECT, behind it, is not looked at`, async (t) => {
    const topics: string[] = []
    const { raw, over } = await world(t, {
      publish(_, { topic }) {
        topics.push(topic)
        return 'route'
      },
    })
    const peer = await raw()
    await peer.connect(protocol, 'a')
    peer.socket.cork()
    peer.publish(1, 0, 'before')
    peer.send({ kind: 'disconnect', code: 0, properties: noProperties })
    peer.publish(2, 0, 'behind')
    peer.socket.uncork()
    await over('a')
    assert.deepEqual(topics, ['before'])
  })

for (const [protocol, code] of [
  [4, 0],
  [5, 0x92],
] as const)
  test(`${protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'}: a PUBREL of a message that is not known is completed with ${code}, before and after others`, async (t) => {
    const { raw } = await world(t)
    const peer = await raw()
    await peer.connect(protocol, 'a')
    const release = (packetId: number) =>
      peer.send({ kind: 'pubrel', packetId, code: 0, properties: noProperties })
    release(7)
    peer.publish(8, 2)
    release(7)
    release(8)
    release(8)
    const answers = (await peer.received(6)).slice(1)
    assert.deepEqual(
      answers.map((packet) => [packet.kind, 'code' in packet && packet.code]),
      [
        ['pubcomp', code],
        ['pubrec', 0],
        ['pubcomp', code],
        ['pubcomp', 0],
        ['pubcomp', code],
      ],
    )
  })

test('a connection is known by the address and port of its peer, and by a number that counts up', async (t) => {
  const { raw, broker } = await world(t)
  const [a, b] = [await raw(), await raw()]
  await a.connect(4, 'a')
  await b.connect(5, 'b')
  assert.deepEqual(
    [...broker.connections()].map(({ id, clientId, protocol, address, port }) => [
      ...[id, clientId, protocol],
      `${address}:${port}`,
    ]),
    [
      [1, 'a', 4, `127.0.0.1:${a.socket.localPort}`],
      [2, 'b', 5, `127.0.0.1:${b.socket.localPort}`],
    ],
  )
})

test('a CONNACK says that there is no session from before', async (t) => {
  const { raw } = await world(t)
  for (const protocol of [4, 5] as const) {
    const connack = await (await raw()).connect(protocol, 'a')
    assert.equal(connack.kind === 'connack' && connack.sessionPresent, false)
  }
})

test('a connection that was taken over is delivered nothing, nor is the one in its place for it', async (t) => {
  const { client, broker } = await world(t)
  await client({ clientId: 'a' })
  const before = broker.byClientId('a')!
  const after = await client({ clientId: 'a' })
  await after.subscribe('t')
  assert.equal(broker.deliver(before, { topic: 't', payload: 'x' }), false)
  assert.equal(broker.deliver(broker.byClientId('a')!, { topic: 't', payload: 'y' }), true)
  assert.deepEqual(
    (await after.received(1)).map(({ payload }) => payload.toString()),
    ['y'],
  )
})

for (const retainAsPublished of [false, true])
  test(`retain ${retainAsPublished ? 'as published' : 'not as published'} is told of new messages so, and of old ones always`, async (t) => {
    const { raw, broker } = await world(t)
    broker.retain('old', 'x')
    const peer = await raw()
    await peer.connect(5, 'a')
    await subscribe(peer, '#', { retainAsPublished, qos: 0 })
    broker.publish({ topic: 'new', payload: 'x' })
    broker.retain('new', 'x')
    const messages = (await peer.received(5)).slice(2)
    assert.deepEqual(
      messages.map((packet) => packet.kind === 'publish' && [packet.topic, packet.retain]),
      [
        ['old', true],
        ['new', false],
        ['new', retainAsPublished],
      ],
    )
    assert.equal(broker.counts.retained, 2)
  })

for (const [retainHandling, first, second] of [
  [0, 1, 1],
  [1, 1, 0],
  [2, 0, 0],
] as const)
  test(`retain handling ${retainHandling} sends ${first} old message to a new subscription and ${second} to one that is repeated`, async (t) => {
    const { raw, broker } = await world(t)
    broker.retain('t', 'x')
    const peer = await raw()
    await peer.connect(5, 'a')
    for (const count of [first, second]) {
      const before = peer.packets.length
      await subscribe(peer, 't', { retainHandling })
      peer.send({ kind: 'pingreq' })
      const kinds = (await peer.received(before + 2 + count)).slice(before).map(({ kind }) => kind)
      assert.deepEqual(kinds, ['suback', ...Array<string>(count).fill('publish'), 'pingresp'])
    }
  })
