import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Home, home, type Lamp, type Listening, openHome } from '../../test/home.ts'
import { engines } from '../../test/storages.ts'
import { Refused } from '../mqtt/client.ts'

/** Below the topics of a device that they control. A topic that only contains one of a command is none. */
const notOfPeople = [
  'x/cmd/r1/blink',
  'cmd/r1/blink/x',
  'cmd/r1',
  'cmd/r1/',
  'cmd//blink',
  `cmd/${'r'.repeat(65)}/blink`,
  `cmd/r1/${'b'.repeat(65)}`,
  'cmd/r1/res/200',
  'state/desired/x',
  'x/state/desired',
  'state/reported',
  'state/delta',
  'tele',
  'log',
  'presence',
]
describe('a person who controls a device', () => {
  let house: Home
  let lamp: Lamp
  let device: Listening
  let app: Listening
  before(async () => {
    house = await openHome()
    const ada = await house.signedIn('ada')
    lamp = await house.lampOf(ada)
    device = await lamp.connect()
    await device.subscribe(`d/${lamp.uid}/#`)
    app = await house.app5(ada)
  })
  after(() => house.close())

  for (const rest of notOfPeople) {
    test(`may not publish to d/{uid}/${rest.slice(0, 20)}`, async () => {
      await assert.rejects(app.publish(`d/${lamp.uid}/${rest}`, '{}', { qos: 1 }), {
        reason: 'not_authorized',
      })
      // Whatever was sent to it has come before the answer to this.
      await device.unsubscribe('nothing')
      const heard = device.messages.filter(({ topic }) => !topic.endsWith('/presence'))
      assert.deepEqual(heard, [])
      // So many refusals in a row end a connection.
      await app.publish(`d/${lamp.uid}/state/desired`, '{}', { qos: 1 })
      await device.unsubscribe('nothing')
      device.messages.length = 0
    })
  }
})

/** Below the topics of a device that publishes there itself. */
const notOfDevices = [
  'x/r1/res/200',
  'cmd/r1/blink/200',
  'cmd/r1/res',
  'cmd/r1/res/600',
  'cmd/r1/res/99',
  'cmd/r1/res/2000',
  'cmd/r1/res/x200',
  'cmd/r1/res/9200',
  'cmd/r1/res/200x',
  'cmd/r1/res/200/x',
  'cmd/r1/blink',
  'state/desired',
  'state/delta',
  'presence',
  'log/x',
  'tele/',
  'tele/a b',
  'tele/a/b',
  'state',
  'state/reported/x',
]
describe('a device', () => {
  let house: Home
  let lamp: Lamp
  let other: Lamp
  before(async () => {
    house = await openHome()
    const ada = await house.signedIn('ada')
    lamp = await house.lampOf(ada)
    other = await house.lampOf(ada)
  })
  after(() => house.close())

  for (const rest of notOfDevices) {
    test(`may not publish to d/{uid}/${rest}`, async () => {
      const device = await lamp.connect()
      await assert.rejects(device.publish(`d/${lamp.uid}/${rest}`, '{}', { qos: 1 }), {
        reason: 'not_authorized',
      })
      await device.end()
    })
  }

  test('subscribes below its own uid, written as we write it, and nowhere else', async () => {
    const device = await lamp.connect()
    await device.subscribe(`d/${lamp.uid}/cmd/+/+`)
    const foreign = [
      `d/${other.uid}/#`,
      `d/${lamp.uid.toUpperCase()}/#`,
      `x/${lamp.uid}/#`,
      `d/${lamp.uid}`,
      'd/+/#',
      'd/#',
      '#',
    ]
    for (const filter of foreign) {
      await assert.rejects(device.subscribe(filter), { reason: 'not_authorized' }, filter)
    }
    await device.end()
  })
})

const payload = fc.oneof(
  fc.json().map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '',
      'null',
      '{}',
      '{"message":"x"}',
      '{"message":"\\u0000","level":"info"}',
      '{"a":{"__proto__":null}}',
      '['.repeat(20_000),
      '['.repeat(20_000) + ']'.repeat(20_000),
    )
    .map((text) => Buffer.from(text)),
)
/** A level of a topic: what we know, or anything that MQTT allows there. */
const level = fc.oneof(
  fc.constantFrom(
    'tele',
    'log',
    'state',
    'reported',
    'desired',
    'delta',
    'cmd',
    'res',
    '200',
    'r1',
    'presence',
    '',
  ),
  fc
    .string({ unit: 'binary', maxLength: 8 })
    .filter((text) => !/[+#/\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text)),
)

for (const engine of engines) {
  describe(`whatever is published on ${engine}`, () => {
    test('is taken or refused with a reason: no topic and no payload is a bug, or ends a connection', async (t) => {
      const house = await home(t, engine)
      const ada = await house.signedIn('ada')
      const lamp = await house.lampOf(ada)
      const senders = { device: await lamp.connect(), user: await house.app5(ada) }
      await senders.device.subscribe(`d/${lamp.uid}/#`)
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('device', 'user'),
          fc.array(level, { maxLength: 5 }),
          payload,
          async (sender, rest, sent) => {
            const topic = ['d', lamp.uid, ...rest].join('/')
            try {
              await senders[sender as 'device' | 'user'].publish(topic, sent, { qos: 1 })
            } catch (error) {
              assert.ok(error instanceof Refused, String(error))
              const reasons = ['not_authorized', 'payload_format_invalid', 'implementation_specific_error']
              assert.ok([...reasons, 'quota_exceeded'].includes(error.reason), error.reason)
            }
            // So many refusals in a row end a connection, which is another test.
            await senders.device.publish(`d/${lamp.uid}/tele`, '1', { qos: 1 })
            await senders.user.publish(`d/${lamp.uid}/state/desired`, '{}', { qos: 1 })
          },
        ),
        { numRuns: 40 },
      )
      // Nothing of it is kept for later but presence, which is ours.
      assert.equal(house.app.connections.broker.counts.retained, 1)
      assert.deepEqual(house.log.errors, [])
    })

    test('over HTTPS is taken or refused as well', async (t) => {
      const house = await home(t, engine)
      const ada = await house.signedIn('ada')
      const lamp = await house.lampOf(ada)
      const routes = fc.constantFrom(
        ['POST', 'telemetry'],
        ['POST', 'telemetry?stream=x'],
        ['POST', 'logs'],
        ['PATCH', 'state'],
        ['POST', 'commands/on'],
        ['POST', 'shares'],
        ['POST', 'keys'],
      )
      const body = fc.oneof(
        payload.map((bytes) => bytes.toString()),
        fc.json().map((text) => `{"desired":{"x":${text}}}`),
        fc.json().map((text) => `{"reported":{"__proto__":${text}}}`),
        fc.json().map((text) => `{"key":${text}}`),
        fc.json().map((text) => `{"payload":${text}}`),
      )
      await fc.assert(
        fc.asyncProperty(routes, body, fc.boolean(), async ([method = '', path], sent, asDevice) => {
          const token = asDevice ? lamp.token() : ada.token
          const headers = { 'content-type': 'application/json' }
          const request = { token, body: sent, headers }
          const { status } = await house.call(method, `/v1/devices/${lamp.uid}/${path}`, request)
          assert.ok(status < 500, `${method} ${path} ${sent}`)
        }),
        { numRuns: 120 },
      )
      for (const path of ['telemetry?limit=200', 'logs', 'state', 'shares']) {
        const answer = await house.call('GET', `/v1/devices/${lamp.uid}/${path}`, { token: ada.token })
        assert.deepEqual(house.log.errors, [], path)
        assert.equal(answer.status, 200, path)
      }
      assert.deepEqual(house.log.errors, [])
    })
  })
}
