import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, home, type Lamp, type Listening, openHome } from '../../../test/home.ts'

describe('a command', () => {
  let house: Home
  let ada: SignedIn
  let ben: SignedIn
  let lamp: Lamp
  let live: Listening
  let reply: (rid: string, method: string, payload: Buffer) => void

  before(async () => {
    house = await openHome()
    ada = await house.signedIn('ada')
    ben = await house.signedIn('ben')
    lamp = await house.lampOf(ada)
    const body = { username: 'ben', relation: 'controller' }
    await house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: ada.token, body })
    live = await lamp.connect({
      onMessage({ topic, payload }) {
        const [, , kind, rid = '', method = ''] = topic.split('/')
        if (kind === 'cmd') reply(rid, method, payload)
      },
    })
    await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
  })
  after(() => house.close())

  const send = (method: string, body: object = {}, { token }: { token: string } = ada) =>
    house.call('POST', `/v1/devices/${lamp.uid}/commands/${method}`, { token, body })
  const answer = (
    rid: string,
    status: number | string,
    payload: string | Buffer,
    from = live,
    uid = lamp.uid,
  ) => from.publish(`d/${uid}/cmd/${rid}/res/${status}`, payload, { qos: 1 })
  const lines = () => house.events.filter(({ event }) => event === 'device.command')

  test('brings back the device’s reply, and leaves one line in the log', async () => {
    const before = lines().length
    reply = (rid, method, payload) =>
      void answer(rid, 200, JSON.stringify({ method, got: JSON.parse(String(payload)) }))
    const { status, body } = await send('switch', { payload: { on: true } })
    assert.equal(status, 200)
    assert.equal(body.status, 200)
    assert.deepEqual(body.payload, { method: 'switch', got: { on: true } })
    assert.match(body.id, /^cmd_/)
    const [line, ...more] = lines().slice(before)
    assert.deepEqual(more, [])
    assert.equal(line?.subject, ada.id)
    assert.equal(line?.target, lamp.uid)
    const details = JSON.parse(line?.details ?? '')
    assert.deepEqual([details.method, details.status], ['switch', 200])
  })

  const payloads = [
    { name: 'nothing', sent: '', shown: null },
    { name: 'null', sent: 'null', shown: null },
    { name: 'a number', sent: '42', shown: 42 },
    { name: 'text that is not JSON', sent: 'on, since noon', shown: 'on, since noon' },
    { name: 'bytes that are not text', sent: Buffer.from([0, 255, 254]), shown: '\0\ufffd\ufffd' },
    {
      name: 'a member called __proto__',
      sent: '{"__proto__":{"a":1}}',
      shown: JSON.parse('{"__proto__":{"a":1}}'),
    },
    { name: '60,000 characters', sent: JSON.stringify('x'.repeat(60_000)), shown: 'x'.repeat(60_000) },
    { name: 'lists in lists, 30,000 deep', sent: '['.repeat(30_000) + ']'.repeat(30_000), shown: undefined },
  ]
  for (const { name, sent, shown } of payloads) {
    test(`is answered with ${name}`, async () => {
      reply = (rid) => void answer(rid, 200, sent)
      const { status, body } = await send('read')
      assert.equal(status, 200)
      if (shown !== undefined) assert.deepEqual(body.payload, shown)
    })
  }

  for (const status of [100, 204, 404, 500, 599]) {
    test(`is answered with the device’s own status ${status}, as 200`, async () => {
      reply = (rid) => void answer(rid, status, 'null')
      const got = await send('read')
      assert.deepEqual([got.status, got.body.status], [200, status])
    })
  }

  for (const status of ['99', '600', '20', '2000', '2xx', '-200', '']) {
    test(`is not answered with the status “${status}”`, async () => {
      const refused = Promise.withResolvers<unknown>()
      reply = async (rid) => {
        await answer(rid, status, 'null').catch(refused.resolve)
        await answer(rid, 200, 'null')
      }
      assert.equal((await send('read')).body.status, 200)
      assert.equal(((await refused.promise) as { reason: string }).reason, 'not_authorized')
    })
  }

  test('is answered once: a second reply goes nowhere', async () => {
    const watcher = await house.app5(ada)
    await watcher.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
    reply = async (rid) => {
      await answer(rid, 200, '1')
      await answer(rid, 200, '2')
    }
    const { body } = await send('read')
    assert.equal(body.payload, 1)
    await live.unsubscribe('nothing')
    await watcher.unsubscribe('nothing')
    const heard = watcher.messages.filter(({ topic }) => topic.includes(body.id))
    assert.equal(heard.length, 1)
    await watcher.end()
  })

  test('is not answered by another device, nor under an id that nobody gave', async () => {
    const other = await house.lampOf(ada)
    const stranger = await other.connect()
    const watcher = await house.app5(ada)
    await watcher.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
    await watcher.subscribe(`d/${other.uid}/cmd/+/res/+`)
    reply = async (rid) => {
      await assert.rejects(answer(rid, 200, '"mine"', stranger, lamp.uid), { reason: 'not_authorized' })
      await answer(rid, 200, '"mine"', stranger, other.uid)
      await answer('cmd_made_up', 200, '"made up"')
      await answer(rid, 200, '"the lamp’s"')
    }
    assert.equal((await send('read')).body.payload, 'the lamp’s')
    await live.unsubscribe('nothing')
    await watcher.unsubscribe('nothing')
    assert.deepEqual(
      watcher.messages.map(({ payload }) => payload.toString()),
      ['"the lamp’s"'],
    )
    await stranger.end()
    await watcher.end()
  })

  test('of two people at once brings to each their own reply', async () => {
    const held: [string, Buffer][] = []
    reply = (rid, _, payload) => {
      // In the wrong order, once both are there.
      if (held.push([rid, payload]) === 2) for (const [id, sent] of held.reverse()) void answer(id, 200, sent)
    }
    const both = await Promise.all([send('echo', { payload: 'ada' }), send('echo', { payload: 'ben' }, ben)])
    assert.deepEqual(
      both.map(({ body }) => body.payload),
      ['ada', 'ben'],
    )
  })

  test('goes round over MQTT, under the id that the sender chose', async () => {
    reply = (rid, method, payload) => void answer(rid, 200, `${method} ${payload}`)
    for (const protocol of [4, 5] as const) {
      const person = await house.app5(ben, { protocol })
      await person.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
      await person.publish(`d/${lamp.uid}/cmd/mine-${protocol}/switch`, 'off', { qos: 1 })
      const heard = await person.heard(`d/${lamp.uid}/cmd/mine-${protocol}/res/200`)
      assert.equal(heard.payload.toString(), 'switch off')
      await person.end()
    }
  })

  test('over MQTT under an id that waits already is refused, and the first is answered', async () => {
    const ids: string[] = []
    reply = (rid) => void ids.push(rid)
    const person = await house.app5(ada)
    await person.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
    const before = lines().length
    await person.publish(`d/${lamp.uid}/cmd/twice/switch`, '1', { qos: 1 })
    await assert.rejects(person.publish(`d/${lamp.uid}/cmd/twice/switch`, '2', { qos: 1 }), {
      reason: 'quota_exceeded',
    })
    await answer('twice', 200, 'null')
    await person.heard(`d/${lamp.uid}/cmd/twice/res/200`)
    await live.unsubscribe('nothing')
    assert.deepEqual(ids, ['twice'])
    await house.written({ event: 'device.command', reason: 'command_in_flight' })
    assert.equal(lines().length, before + 2)
    await person.end()
  })

  for (const id of ['a b', 'a/b', 'ä', 'x'.repeat(65), '']) {
    test(`over MQTT is not taken under the id “${id.slice(0, 5)}” of ${id.length} characters`, async () => {
      const person = await house.app5(ada)
      await assert.rejects(person.publish(`d/${lamp.uid}/cmd/${id}/switch`, '1', { qos: 1 }), {
        reason: 'not_authorized',
      })
      await person.end()
    })
  }

  test('that is the hundred and first to wait is refused, and the hundred are answered', async () => {
    const ids: string[] = []
    const all = Promise.withResolvers<void>()
    reply = (rid) => {
      if (ids.push(rid) === 100) all.resolve()
    }
    const waiting = Array.from({ length: 100 }, () => send('wait'))
    await all.promise
    const before = lines().length
    const { status, body } = await send('wait')
    assert.deepEqual([status, body.code], [429, 'too_many_requests'])
    assert.equal(lines().length, before + 1)
    for (const rid of ids) void answer(rid, 200, 'null')
    assert.ok((await Promise.all(waiting)).every((got) => got.status === 200))
    reply = (rid) => void answer(rid, 200, 'null')
    assert.equal((await send('wait')).status, 200)
  })

  const wrong = [
    { name: 'a timeout below a second', method: 'on', body: { timeout: 0.5 } },
    { name: 'a timeout above five minutes', method: 'on', body: { timeout: 301 } },
    { name: 'a timeout in words', method: 'on', body: { timeout: 'long' } },
    { name: 'a method with a blank', method: 'switch%20on', body: {} },
    { name: 'a method with a wildcard', method: '%23', body: {} },
    { name: 'a method of more than one level', method: 'a%2Fb', body: {} },
    { name: 'a member that is not known', method: 'on', body: { payloads: 1 } },
  ]
  for (const { name, method, body } of wrong) {
    test(`is not sent with ${name}`, async () => {
      reply = () => assert.fail('sent')
      assert.equal((await send(method, body)).status, 400)
    })
  }
})

test('a command to a device that does not answer is given up at its timeout, not before and not later', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lampOf(ada)
  const arrived = Promise.withResolvers<void>()
  const live = await lamp.connect({ onMessage: () => arrived.resolve() })
  await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  let answered = false
  const path = `/v1/devices/${lamp.uid}/commands/sleep`
  const asked = house.call('POST', path, { token: ada.token, body: { timeout: 7 } }).finally(() => {
    answered = true
  })
  await arrived.promise
  mock.timers.tick(6999)
  await new Promise(setImmediate)
  assert.equal(answered, false)
  mock.timers.tick(1)
  const { status, body } = await asked
  assert.deepEqual([status, body.code], [504, 'device_silent'])
  const [line] = await house.written({ event: 'device.command' })
  assert.deepEqual([line?.outcome, line?.reason], ['failure', 'device_silent'])
  assert.deepEqual(house.log.errors, [])
})

test('over MQTT the silence of a device is told as status 504', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lampOf(ada)
  const live = await lamp.connect()
  await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
  const person = await house.app5(ada)
  await person.subscribe(`d/${lamp.uid}/cmd/+/res/+`)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  await person.publish(`d/${lamp.uid}/cmd/r1/sleep`, '', { qos: 1 })
  mock.timers.tick(10_000)
  const { payload } = await person.heard(`d/${lamp.uid}/cmd/r1/res/504`)
  assert.equal(payload.length, 0)
  // Too late: it goes nowhere.
  await live.publish(`d/${lamp.uid}/cmd/r1/res/200`, 'null', { qos: 1 })
  await person.unsubscribe('nothing')
  assert.equal(person.messages.length, 1)
})

test('a command that waits when the server stops is answered so, and leaves a line', async (t) => {
  const house = await home(t)
  const ada = await house.signedIn('ada')
  const lamp = await house.lampOf(ada)
  const arrived = Promise.withResolvers<void>()
  const live = await lamp.connect({ onMessage: () => arrived.resolve() })
  await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
  const body = { timeout: 300 }
  const asked = house.call('POST', `/v1/devices/${lamp.uid}/commands/sleep`, { token: ada.token, body })
  await arrived.promise
  await house.app.stop()
  const answer = await asked
  assert.deepEqual([answer.status, answer.body.code], [503, 'stopping'])
  const [line] = await house.written({ event: 'device.command' })
  assert.equal(line?.reason, 'stopping')
})

for (const { name, code = 'device_offline', prepare } of [
  { name: 'a device that is not connected', prepare: async () => {} },
  {
    name: 'a device that is connected and takes no commands',
    code: 'device_not_listening',
    prepare: async (lamp: Lamp) => {
      const live = await lamp.connect()
      await live.subscribe(`d/${lamp.uid}/state/#`)
    },
  },
  {
    name: 'a device that has gone',
    prepare: async (lamp: Lamp) => {
      const live = await lamp.connect()
      await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
      await live.end()
    },
  },
]) {
  test(`${name} is ${code} to commands at once, over both edges, with one line each`, async (t) => {
    const house = await home(t)
    const ada = await house.signedIn('ada')
    const lamp = await house.lampOf(ada)
    await prepare(lamp)
    const { status, body } = await house.call('POST', `/v1/devices/${lamp.uid}/commands/on`, {
      token: ada.token,
      body: {},
    })
    assert.deepEqual([status, body.code], [409, code])
    const person = await house.app5(ada)
    await assert.rejects(person.publish(`d/${lamp.uid}/cmd/r/on`, '', { qos: 1 }), {
      reason: 'implementation_specific_error',
    })
    const lines = await house.written({ event: 'device.command', reason: code }, 2)
    assert.equal(lines.length, 2)
  })
}
