import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../../test/broker.ts'
import { noProperties } from '../codec/packets.ts'
import type { Verdict } from './authority.ts'

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

  test(`${name}: nothing comes of what was unsubscribed, and the answer says whether it was subscribed`, async (t) => {
    const { client } = await world(t)
    const [reader, writer] = [await client({ protocol }), await client({ protocol })]
    for (const filter of ['d/+', 'e/+']) await reader.subscribe(filter)
    assert.equal(await reader.unsubscribe('d/+'), 0)
    assert.equal(await reader.unsubscribe('d/+'), protocol === 5 ? 17 : 0)
    for (const topic of ['d/1', 'e/1']) await writer.publish(topic, 'on', { qos: 1 })
    assert.equal((await reader.received(1))[0]!.topic, 'e/1')
    assert.equal(reader.messages.length, 1)
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

  test(`${name}: what the server itself publishes is for those who listen, and not kept`, async (t) => {
    const { client, broker } = await world(t)
    const reader = await client({ protocol })
    await reader.subscribe('d/#')
    assert.equal(broker.publish({ topic: 'd/1/tele', payload: Buffer.from('1') }), 1)
    assert.equal((await reader.received(1))[0]!.retain, false)
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

test('MQTT 5: too many refused messages in a row end the connection', async (t) => {
  const { client, over } = await world(t, {}, { refusedPublishes: 3 })
  const writer = await client({ clientId: 'w' })
  const tries = ['secret', 'secret', 'open', 'secret', 'secret']
  for (const topic of tries) await writer.publish(topic, 'x', { qos: 1 }).catch(() => {})
  await writer.publish('open', 'x', { qos: 1 })
  for (const topic of ['secret', 'secret', 'secret']) await writer.publish(topic, 'x')
  assert.equal((await over('w')).reason, 'not_authorized')
})

for (const qos of [0, 1, 2] as const)
  test(`MQTT 3.1.1: a refused publish of QoS ${qos} ends the connection without an acknowledgement`, async (t) => {
    const { raw, client, over } = await world(t)
    const watcher = await client()
    await watcher.subscribe('wills')
    const peer = await raw()
    await peer.connect(4, 'w', 0, noProperties, 'gone')
    peer.publish(1)
    peer.publish(2, qos, 'secret')
    peer.publish(3)
    const { reason, byServer } = await over('w')
    assert.deepEqual([reason, byServer], ['not_authorized', true])
    await peer.closed
    const acknowledged = peer.packets.slice(1).map((packet) => 'packetId' in packet && packet.packetId)
    assert.deepEqual(acknowledged, [1])
    assert.equal((await watcher.received(1))[0]!.payload.toString(), 'gone')
  })

test('MQTT 3.1.1: a message with which nothing is wrong is acknowledged though it came to nothing', async (t) => {
  const { client } = await world(t, { publish: () => ({ refused: 'implementation_specific_error' }) })
  const writer = await client({ protocol: 4 })
  for (const qos of [0, 1] as const) await writer.publish('t', 'x', { qos })
  await writer.subscribe('t')
})

for (const protocol of [4, 5] as const) {
  const name = protocol === 4 ? 'MQTT 3.1.1' : 'MQTT 5'
  for (const qos of [0, 1, 2] as const)
    for (const payload of ['x', ''])
      test(`${name}: a retained publish of QoS ${qos}${payload ? '' : ', empty,'} ends the connection where clients may not retain`, async (t) => {
        const asked: string[] = []
        const publish = () => {
          asked.push('publish')
          return 'retain' as const
        }
        const { raw, over, broker } = await world(t, { publish }, {}, { clientsMayRetain: false })
        const peer = await raw()
        await peer.connect(protocol, 'w')
        const message = { topic: 't', payload: Buffer.from(payload), qos, retain: true }
        peer.send({ kind: 'publish', ...message, duplicate: false, packetId: 1, properties: noProperties })
        await peer.closed
        assert.deepEqual(
          peer.packets.slice(1).map((packet) => 'code' in packet && packet.code),
          protocol === 5 ? [0x9a] : [],
        )
        assert.equal((await over('w')).reason, 'retain_not_supported')
        assert.deepEqual([asked, broker.counts.retained], [[], 0])
      })

  test(`${name}: a retained will is refused where clients may not retain, and what the server retains is sent`, async (t) => {
    const { client, broker } = await world(t, {}, {}, { clientsMayRetain: false })
    const will = { topic: 'wills', payload: 'gone', retain: true }
    await assert.rejects(client({ protocol, will }), {
      reason: protocol === 5 ? 'retain_not_supported' : 'not_authorized',
    })
    broker.retain('t', 'kept')
    const reader = await client({ protocol })
    assert.equal(reader.properties.retainAvailable, protocol === 5 ? 0 : undefined)
    await reader.subscribe('t')
    assert.equal((await reader.received(1))[0]!.retain, true)
  })

  test(`${name}: whatever the broker refuses by itself is told to the authority, and nothing twice`, async (t) => {
    const refused: string[] = []
    const { raw, client, over } = await world(
      t,
      {
        refused: (refusal) =>
          refused.push(
            refusal.action === 'connect'
              ? `${refusal.action} ${refusal.reason} ${refusal.address}`
              : `${refusal.action} ${refusal.topic.slice(0, 9)} ${refusal.reason} ${refusal.connection.clientId}`,
          ),
      },
      { topicLength: 20 },
      { clientsMayRetain: false },
    )
    await assert.rejects(client({ protocol, username: 'u', password: 'wrong' }))
    await assert.rejects(client({ protocol, clientId: 'a\u0001' }))
    await assert.rejects(client({ protocol, will: { topic: 'w', payload: '', retain: true } }))
    const rude = await raw()
    rude.publish(1)
    await rude.closed
    const reader = await client({ protocol, clientId: 'r' })
    for (const filter of ['secret/#', '$share/g/t', 'x'.repeat(21)])
      await assert.rejects(reader.subscribe(filter))
    const topics = ['secret', '$SYS/x', 'y'.repeat(21)]
    for (const [index, topic] of topics.entries()) {
      const writer = await client({ protocol, clientId: `w${index}` })
      await writer.publish(topic, 'x', { qos: 1 }).catch(() => {})
    }
    const writer = await client({ protocol, clientId: 'w4' })
    void writer.publish('t', 'x', { retain: true })
    await over('w4')
    assert.deepEqual(refused, [
      'connect client_identifier_not_valid 127.0.0.1',
      'connect retain_not_supported 127.0.0.1',
      'connect protocol_error 127.0.0.1',
      'subscribe secret/# not_authorized r',
      'subscribe $share/g/ shared_subscriptions_not_supported r',
      'subscribe xxxxxxxxx topic_filter_invalid r',
      'publish $SYS/x not_authorized w1',
      'publish yyyyyyyyy topic_name_invalid w2',
      'publish t retain_not_supported w4',
    ])
  })
}

test('MQTT 5: an empty client id is assigned one, and what is capped is told', async (t) => {
  const { client } = await world(t, {}, { keepAliveSeconds: 100 })
  const { clientId, properties } = await client({
    keepAliveSeconds: 5000,
    properties: { sessionExpiryInterval: 60 },
  })
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

test('client ids are told apart by their scope', async (t) => {
  const { client, broker } = await world(t, {
    authenticate: ({ clientId, username }) => ({
      ...{ principal: clientId, expiresAtMs: Number.POSITIVE_INFINITY },
      ...(username !== 'none' && { scope: username ?? '' }),
    }),
  })
  const [none, ada, ben] = [
    await client({ clientId: 'one', username: 'none' }),
    await client({ clientId: 'one', username: 'ada' }),
    await client({ clientId: 'one', username: 'ben' }),
  ]
  for (const one of [none, ada, ben]) await one.subscribe('t')
  assert.equal(broker.counts.connections, 3)
  assert.equal(broker.deliver('one', { topic: 't', payload: 'x' }), true)
  await none.received(1)
  assert.equal(broker.deliver(broker.byClientId('one', 'ben')!, { topic: 't', payload: 'y' }), true)
  assert.equal((await ben.received(1))[0]!.payload.toString(), 'y')
  assert.deepEqual(ada.messages, [])
  await client({ clientId: 'one', username: 'ada' })
  assert.equal((await ada.closed).reason, 'session_taken_over')
  assert.equal(broker.counts.connections, 3)
  assert.equal(broker.byClientId('one', 'nobody'), undefined)
})
