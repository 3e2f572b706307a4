import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { privateKey, toJwk } from 'latchkey/token'
import { identify, type SignedIn } from '../../test/app.ts'
import { type Home, home, type Lamp, type Listening, newKey, openHome, publicJwk } from '../../test/home.ts'
import { beforeQuery } from '../../test/meanwhile.ts'
import { engines } from '../../test/storages.ts'
import { createBroker } from '../mqtt/broker/broker.ts'
import { listen } from '../mqtt/listener.ts'
import { createConnections } from './connections.ts'

for (const engine of engines) {
  describe(`a live connection on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ben: SignedIn
    let lamp: Lamp
    let live: Listening
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      ben = await house.signedIn('ben')
      lamp = await house.lampOf(ada)
      live = await lamp.connect()
    })
    after(() => house.close())

    const share = (relation: string, until?: number) =>
      house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation, ...(until && { until: new Date(until).toISOString() }) },
      })
    const unshare = () =>
      house.call('DELETE', `/v1/devices/${lamp.uid}/shares/${ben.id}`, { token: ada.token })
    /** Publish and see who hears it: one of them certainly does, and by then the others would have. */
    async function hears(witness: Listening, doubtful: Listening): Promise<boolean> {
      const stream = `d/${lamp.uid}/tele/${crypto.randomUUID()}`
      await live.publish(stream, '1', { qos: 1 })
      await witness.heard(stream)
      // Whatever was sent to it has come before the answer to this.
      await doubtful.unsubscribe('nothing')
      return doubtful.messages.some(({ topic }) => topic === stream)
    }
    async function watching(person: SignedIn): Promise<Listening> {
      const client = await house.app5(person)
      await client.subscribe(`d/${lamp.uid}/tele/#`)
      return client
    }

    test('hears no more once the share is taken back; the others go on', async () => {
      await share('viewer')
      const [owner, viewer] = [await watching(ada), await watching(ben)]
      assert.equal(await hears(owner, viewer), true)
      await unshare()
      assert.equal(await hears(owner, viewer), false)
      await assert.rejects(viewer.subscribe(`d/${lamp.uid}/tele`), { reason: 'not_authorized' })
    })

    test('keeps what a lesser share still allows, and loses the rest', async () => {
      await share('controller')
      const owner = await watching(ada)
      const other = await watching(ben)
      await other.subscribe(`d/${lamp.uid}/#`)
      await share('viewer')
      assert.equal(await hears(owner, other), true)
      const answered = other.messages.length
      await live.publish(`d/${lamp.uid}/state/reported`, '{}', { qos: 1 })
      await other.unsubscribe('nothing')
      assert.equal(other.messages.length, answered)
      await unshare()
    })

    test('hears no more once the time of the share is over', async () => {
      await share('viewer', house.world.now() + 1000)
      const [owner, viewer] = [await watching(ada), await watching(ben)]
      house.world.advance(999)
      await house.app.jobs.runNow(1_000)
      assert.equal(await hears(owner, viewer), true)
      house.world.advance(1)
      await house.app.jobs.runNow(1_000)
      assert.equal(await hears(owner, viewer), false)
    })

    test('hears on where the share was prolonged before its time was over', async () => {
      await share('viewer', house.world.now() + 1000)
      const [owner, viewer] = [await watching(ada), await watching(ben)]
      await share('viewer', house.world.now() + 5000)
      house.world.advance(1000)
      await house.app.jobs.runNow(1_000)
      assert.equal(await hears(owner, viewer), true)
      await unshare()
    })

    test('does not subscribe in the moment in which the share is taken back', async () => {
      const owner = await watching(ada)
      for (let round = 0; round < 10; round += 1) {
        await share('viewer')
        const viewer = await house.app5(ben)
        await Promise.allSettled([viewer.subscribe(`d/${lamp.uid}/tele/#`), unshare()])
        assert.equal(await hears(owner, viewer), false)
        await viewer.end()
      }
    })

    test('ends with its session, and no other does', async () => {
      const cleo = await house.signedIn('cleo')
      const [first, other] = [await house.app5(cleo), await house.app5(ben)]
      const again = await house.call('POST', '/v1/login', {
        body: { username: cleo.username, password: cleo.password },
      })
      const second = await house.app5({ token: again.body.access_token })
      const path = `/v1/users/${cleo.id}/sessions/${cleo.sessionId}`
      assert.equal((await house.call('DELETE', path, { token: house.admin.token })).status, 204)
      assert.equal((await first.closed).reason, 'not_authorized')
      await assert.rejects(house.app5(cleo), { reason: 'bad_user_name_or_password' })
      await second.unsubscribe('nothing')
      await other.unsubscribe('nothing')
    })

    test('ends when the user is disabled', async () => {
      const dora = await house.signedIn('dora')
      const client = await house.app5(dora)
      const { status } = await house.call('POST', `/v1/users/${dora.id}/disable`, {
        token: house.admin.token,
      })
      assert.ok(status < 300, String(status))
      assert.equal((await client.closed).reason, 'not_authorized')
    })

    test('ends with its token', async () => {
      const now = Math.floor(house.world.now() / 1000)
      const other = await house.lamp()
      const [person, device] = [
        await house.app5(await house.signedIn('emil'), { keepAliveSeconds: 1200 }),
        await other.connect({ password: other.token({ exp: now + 270 }), keepAliveSeconds: 1200 }),
      ]
      // The person's lives five minutes, and half a minute for clocks; the device's four and a half, and a minute for its clock.
      house.world.advance(329_000)
      house.app.connections.broker.tick()
      await Promise.all([person.unsubscribe('nothing'), device.unsubscribe('nothing')])
      house.world.advance(2_000)
      house.app.connections.broker.tick()
      assert.equal((await person.closed).reason, 'maximum_connect_time')
      assert.equal((await device.closed).reason, 'maximum_connect_time')
    })
  })

  describe(`the live connection of a device on ${engine}`, () => {
    let house: Home
    before(async () => {
      house = await openHome(engine)
    })
    after(() => house.close())

    const addKey = async (lamp: Lamp, key: ReturnType<typeof newKey>) => {
      const body = { key: publicJwk(key) }
      const answer = await house.call('POST', `/v1/devices/${lamp.uid}/keys`, { token: lamp.token(), body })
      assert.equal(answer.status, 201)
      return answer.body.kid as string
    }
    const revoke = (lamp: Lamp, kid: string) =>
      house.call('DELETE', `/v1/devices/${lamp.uid}/keys/${kid}`, { token: house.admin.token })

    test('ends with the key by which it came, and that key is refused from then on', async () => {
      const [lamp, other] = [await house.lamp(), await house.lamp()]
      const [client, undisturbed] = [await lamp.connect(), await other.connect()]
      assert.equal((await revoke(lamp, lamp.kid)).status, 204)
      assert.equal((await client.closed).reason, 'administrative_action')
      await assert.rejects(lamp.connect(), { reason: 'bad_user_name_or_password' })
      const answer = await house.call('GET', `/v1/devices/${lamp.uid}/state`, { token: lamp.token() })
      assert.equal(answer.body.code, 'token_invalid')
      await undisturbed.publish(`d/${other.uid}/tele`, '1', { qos: 1 })
    })

    for (const state of ['suspended', 'retired']) {
      test(`ends when the device is ${state}, though its key is live, and not before`, async () => {
        const lamp = await house.lamp()
        const client = await lamp.connect()
        await house.app.connections.recheck([lamp.uid])
        assert.equal(house.app.connections.isOnline(lamp.uid), true)
        await house.app.db.transaction((tx) =>
          tx.query('UPDATE devices SET state = $1 WHERE uid = $2', state, lamp.uid),
        )
        await house.app.connections.recheck([lamp.uid])
        assert.equal((await client.closed).reason, 'administrative_action')
      })
    }

    test('ends where nobody can look whether it may stay, and the operator is told why', async (t) => {
      const lamp = await house.lamp()
      const client = await lamp.connect()
      const known = house.log.errors.length
      const failure = new Error('the database is away')
      const happened = beforeQuery(t, house, /FROM devices/, () => Promise.reject(failure))
      await house.app.connections.recheck([lamp.uid])
      assert.ok(happened())
      assert.equal((await client.closed).reason, 'administrative_action')
      assert.deepEqual(house.log.errors.splice(known), [failure])
    })

    test('stays when a key ends that it has changed away from', async () => {
      const lamp = await house.lamp()
      const next = newKey()
      const old = await lamp.connect()
      await addKey(lamp, next)
      await old.publish(`d/${lamp.uid}/tele`, '1', { qos: 1 })
      const client = await lamp.connect({ password: lamp.token({}, next) })
      await revoke(lamp, lamp.kid)
      await client.publish(`d/${lamp.uid}/tele`, '2', { qos: 1 })
      assert.equal(house.app.connections.isOnline(lamp.uid), true)
    })

    test('with two keys of one algorithm needs no kid in its token', async () => {
      const lamp = await house.lamp()
      const next = newKey()
      await addKey(lamp, next)
      for (const key of [lamp.key, next]) {
        const { kid: _, ...unnamed } = toJwk(key)
        const token = lamp.token({}, privateKey(unnamed, { algorithm: 'ES256' }))
        assert.equal(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid, undefined)
        await (await lamp.connect({ password: token })).end()
      }
    })

    test('does not come about in the moment in which its key ends', async () => {
      for (let round = 0; round < 10; round += 1) {
        const lamp = await house.lamp()
        const [arrived] = await Promise.allSettled([lamp.connect(), revoke(lamp, lamp.kid)])
        if (arrived.status === 'fulfilled') await arrived.value.closed
        assert.equal(house.app.connections.isOnline(lamp.uid), false)
      }
    })
  })
}

test('a connection whose token is revoked in the moment in which it is let in ends at once', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const identity = identify(house.app, ada.token)
  let isRevoked = false
  const connections = createConnections(house.app, (authority) =>
    createBroker({ authority, world: house.world, onError: (error) => house.log.error('test', error) }),
  )
  connections.govern({
    async authenticate() {
      // Right behind this it is looked at no more.
      isRevoked = true
      return identity
    },
    isRevoked: () => isRevoked,
    mayStayConnected: async () => true,
    maySubscribe: async () => true,
    handlePublish: async () => 'route',
    uidOf: () => undefined,
    presenceChanged: async () => {},
    requireVisible: async () => {},
  })
  const listener = await listen(connections.broker, { host: '127.0.0.1', port: 0 })
  const client = await house.connect({ port: listener.port, password: ada.token })
  assert.equal((await client.closed).reason, 'not_authorized')
  assert.deepEqual([...connections.broker.connections()], [])
  const [ended] = await house.written({ event: 'app.disconnect' })
  assert.deepEqual([ended?.subject, ended?.reason], [ada.id, 'not_authorized'])
  await listener.close()
  await connections.broker.close()
})

test('presence is kept for who subscribes later, and tells who is here now', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lampOf(ada)
  const client = await lamp.connect()
  const told = async (online: boolean) => {
    // Told after the row is written, so the first may still be the one before.
    for (;;) {
      const watcher = await house.app5(ada)
      await watcher.subscribe(`d/${lamp.uid}/presence`)
      const { payload, retain } = await watcher.heard(`d/${lamp.uid}/presence`)
      await watcher.end()
      assert.equal(retain, true)
      const presence = JSON.parse(payload.toString())
      assert.deepEqual(Object.keys(presence), ['online', 'at'])
      if (presence.online === online) return
    }
  }
  await told(true)
  await client.end()
  await told(false)
})

test('presence is told to those who view the device, and to nobody else', async (t) => {
  const house = await home(t)
  const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
  const lamp = await house.lampOf(ada)
  const watcher = await house.app5(ada)
  await watcher.subscribe(`d/${lamp.uid}/presence`)
  await lamp.connect()
  await watcher.heard(`d/${lamp.uid}/presence`)
  const stranger = await house.app5(ben)
  for (const filter of [`d/${lamp.uid}/presence`, 'd/+/presence', 'd/#', '#'])
    await assert.rejects(stranger.subscribe(filter), { reason: 'not_authorized' })
  assert.deepEqual(stranger.messages, [])
})

test('a person whose client id is the uid of no device is no device', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  await house.app5(ada, { clientId: 'kitchen-tablet' })
  assert.equal(house.app.connections.isOnline('kitchen-tablet'), false)
  const answer = await house.call('GET', '/v1/devices/kitchen-tablet/connections', {
    token: house.admin.token,
  })
  assert.equal(answer.body.code, 'device_not_found')
})

for (const protocol of [4, 5] as const)
  test(`two people may have one client id, and each takes over their own connection only, in ${protocol === 4 ? '3.1.1' : '5'}`, async (t) => {
    const house = await home(t)
    const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
    const options = { clientId: 'phone', protocol }
    const [first, other] = [await house.app5(ada, options), await house.app5(ben, options)]
    await first.unsubscribe('nothing')
    const second = await house.app5(ada, options)
    assert.equal((await first.closed).reason, protocol === 5 ? 'session_taken_over' : 'connection_lost')
    await other.unsubscribe('nothing')
    await second.unsubscribe('nothing')
    // Each leaves its own place, in whatever order.
    await other.end()
    await house.app5(ben, options)
    await second.unsubscribe('nothing')
    assert.equal(house.app.connections.broker.counts.connections, 2)
  })

test('the uid of a device as client id is the device’s alone, and a person with it is no device', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const [lamp, other] = [await house.lampOf(ada), await house.lampOf(ada)]
  for (const clientId of [lamp.uid, lamp.uid.toUpperCase()]) {
    await assert.rejects(house.app5(ada, { clientId }), { reason: 'client_identifier_not_valid' })
    await assert.rejects(other.connect({ clientId }), { reason: 'client_identifier_not_valid' })
  }
  assert.equal(house.app.connections.isOnline(lamp.uid), false)
  const live = await lamp.connect()
  await assert.rejects(house.app5(ada, { clientId: lamp.uid }), { reason: 'client_identifier_not_valid' })
  await live.unsubscribe('nothing')
  assert.equal(house.app.connections.isOnline(lamp.uid), true)
  await lamp.connect()
  assert.equal((await live.closed).reason, 'session_taken_over')
})

test('/connections tells since when, from where and how the device is connected', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lampOf(ada)
  const shown = async () =>
    (await house.call('GET', `/v1/devices/${lamp.uid}/connections`, { token: ada.token })).body
  assert.deepEqual(await shown(), { online: false, since: null, address: null, protocol: null })
  const since = new Date(house.world.now()).toISOString()
  const person = await house.app5(ada)
  assert.equal(house.app.connections.countDevices(), 0)
  const client = await lamp.connect({ protocol: 4 })
  assert.equal(house.app.connections.countDevices(), 1)
  await person.end()
  house.world.advance(1000)
  assert.deepEqual(await shown(), { online: true, since, address: '127.0.0.1', protocol: 'MQTT 3.1.1' })
  await client.end()
})

test('every connection leaves two lines, with address, region, reason and what went over it', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lamp()
  const clients = [await lamp.connect(), await house.app5(ada, { clientId: 'phone' })]
  await clients[0]?.publish(`d/${lamp.uid}/tele`, '1', { qos: 1 })
  house.world.advance(5000)
  for (const client of clients) await client.end()
  for (const [kind, subject] of [
    ['device', lamp.uid],
    ['app', ada.id],
  ] as const) {
    const [came] = await house.written({ event: `${kind}.connect`, subject })
    const [went] = await house.written({ event: `${kind}.disconnect`, subject })
    for (const line of [came, went]) {
      assert.equal(line?.address, '127.0.0.1')
      assert.equal(line?.region, 'local')
      assert.equal(line?.outcome, 'success')
    }
    assert.equal(went?.reason, 'normal_disconnection')
    assert.equal(JSON.parse(went?.details ?? '').duration_ms, 5000)
    assert.equal(JSON.parse(went?.details ?? '').messages_in, kind === 'device' ? 1 : 0)
  }
  await assert.rejects(house.connect({ username: 'x', password: 'lk_rt_nothing' }))
  const [refused] = await house.written({ event: 'app.connect', outcome: 'refused' })
  assert.equal(refused?.reason, 'token_malformed')
  // Longer than a key id, which may hold any of these letters by chance.
  const secret = /eyJ[\w-]{41}|lk_(rt|invite|claim|service)_/
  assert.doesNotMatch(JSON.stringify(house.events) + house.log.lines.join(), secret)
})

for (const protocol of [4, 5] as const)
  test(`a client id in which something is hidden is refused, and is not in the log, in ${protocol === 4 ? '3.1.1' : '5'}`, async (t) => {
    const house = await home(t)
    const ada = await house.signedIn('ada')
    const hidden = ['a\u202eb', '\u3164', ' ', 'phone\u200b', 'a\u{e0041}']
    for (const clientId of hidden)
      await assert.rejects(house.app5(ada, { clientId, protocol }), { reason: 'client_identifier_not_valid' })
    await house.app5(ada, { clientId: '手机 1', protocol })
    const [row] = await house.written({ event: 'app.connect', outcome: 'refused' })
    assert.equal(row?.reason, 'client_id_not_visible')
    assert.doesNotMatch(JSON.stringify(house.events), /\u202e|\u3164|\u200b/)
  })
