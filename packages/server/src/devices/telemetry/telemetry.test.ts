import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, type Listening, openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'

for (const engine of engines) {
  describe(`what a device sends on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    let live: Listening
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      lamp = await house.lampOf(ada)
      live = await lamp.connect()
    })
    after(() => house.close())

    const stored = async (query = '') =>
      (await house.call('GET', `/v1/devices/${lamp.uid}/telemetry${query}`, { token: ada.token })).body
    const post = (kind: string, body: unknown) =>
      house.call('POST', `/v1/devices/${lamp.uid}/${kind}`, { token: lamp.token(), body })

    test('over MQTT is stored by the time that it is acknowledged, whatever the version', async () => {
      for (const protocol of [4, 5] as const) {
        const client = await lamp.connect({ protocol })
        for (let index = 0; index < 20; index += 1) {
          await client.publish(`d/${lamp.uid}/tele`, JSON.stringify({ protocol, index }), { qos: 1 })
          // Seen by another connection of the database, so it is committed.
          const [row] = await house.app.db.query<{ payload: string }>(
            'SELECT payload FROM telemetry WHERE uid = $1 AND payload = $2',
            lamp.uid,
            JSON.stringify({ protocol, index }),
          )
          assert.ok(row)
        }
      }
      live = await lamp.connect()
    })

    test('with QoS 0 is stored as well', async () => {
      await live.publish(`d/${lamp.uid}/tele/quick`, '"at most once"')
      // A place of its own in the order of time; the answer says that the first has been read.
      await live.unsubscribe('nothing')
      house.world.advance(1)
      await live.publish(`d/${lamp.uid}/tele/quick`, '"after it"', { qos: 1 })
      const { items } = await stored('?stream=quick')
      assert.deepEqual(
        items.map(({ payload }) => payload),
        ['after it', 'at most once'],
      )
    })

    test('is heard live by who views the device, over both edges, as it was sent', async () => {
      const watcher = await house.app5(ada)
      await watcher.subscribe(`d/${lamp.uid}/tele/#`)
      await watcher.subscribe(`d/${lamp.uid}/log`)
      await live.publish(`d/${lamp.uid}/tele/a`, '{ "celsius": 21.50 }', { qos: 1 })
      await post('telemetry?stream=b', { celsius: 22 })
      await post('logs', { message: 'warm' })
      assert.equal(String((await watcher.heard(`d/${lamp.uid}/tele/a`)).payload), '{ "celsius": 21.50 }')
      assert.equal(String((await watcher.heard(`d/${lamp.uid}/tele/b`)).payload), '{"celsius":22}')
      assert.equal(String((await watcher.heard(`d/${lamp.uid}/log`)).payload), '{"message":"warm"}')
      await watcher.end()
    })

    test('is not retained: a device that asks for it is told so and let go', async () => {
      const other = await house.lampOf(ada)
      const asking = await other.connect()
      void asking.publish(`d/${other.uid}/tele/kept`, '1', { qos: 1, retain: true }).catch(() => {})
      assert.equal((await asking.closed).reason, 'retain_not_supported')
      const late = await house.app5(ada)
      await late.subscribe(`d/${other.uid}/tele/#`)
      await late.unsubscribe('nothing')
      assert.deepEqual(late.messages, [])
      await late.end()
    })

    test('is listed newest first, page by page, of all streams or one', async () => {
      const other = await house.lampOf(ada)
      for (let index = 0; index < 7; index += 1) {
        house.world.advance(1)
        const path = `/v1/devices/${other.uid}/telemetry?stream=${index % 2 ? 'odd' : 'even'}`
        assert.equal((await house.call('POST', path, { token: other.token(), body: index })).status, 202)
      }
      const pages = async (query: string) => {
        const found: unknown[] = []
        for (let after = ''; ; ) {
          const path = `/v1/devices/${other.uid}/telemetry?limit=2${query}${after}`
          const { body } = await house.call('GET', path, { token: ada.token })
          found.push(...body.items.map(({ payload }) => payload))
          if (body.next === null) return found
          after = `&after=${body.next}`
        }
      }
      assert.deepEqual(await pages(''), [6, 5, 4, 3, 2, 1, 0])
      assert.deepEqual(await pages('&stream=odd'), [5, 3, 1])
      assert.deepEqual(await pages('&stream=neither'), [])
    })

    const json = [
      'null',
      '0',
      '-1.5e300',
      '""',
      '"\\u0000"',
      '"\\ud800"',
      '[]',
      '{"__proto__":{"a":1}}',
      '"ä€😀"',
    ]
    for (const sent of json) {
      test(`may be any JSON: ${sent}`, async () => {
        const stream = `json-${Buffer.from(sent).toString('hex').slice(0, 40)}`
        await live.publish(`d/${lamp.uid}/tele/${stream}`, sent, { qos: 1 })
        assert.deepEqual((await stored(`?stream=${stream}`)).items[0]?.payload, JSON.parse(sent))
      })
    }

    const notJson: readonly { name: string; sent: string | Buffer }[] = [
      { name: 'nothing', sent: '' },
      { name: 'text', sent: 'warm' },
      { name: 'a number that is none', sent: 'NaN' },
      { name: 'half an object', sent: '{"a":' },
      { name: 'two values', sent: '1 2' },
      { name: 'bytes that are not UTF-8', sent: Buffer.from([0x22, 0xff, 0x22]) },
      { name: 'a bare NUL', sent: '"\0"' },
    ]
    for (const { name, sent } of notJson) {
      test(`is refused where it is not JSON: ${name}`, async () => {
        await assert.rejects(live.publish(`d/${lamp.uid}/tele/no`, sent, { qos: 1 }), {
          reason: 'payload_format_invalid',
        })
        assert.deepEqual((await stored('?stream=no')).items, [])
      })
    }

    for (const stream of ['a/b', 'a b', 'ä', 'x'.repeat(65), '', "'; DROP TABLE telemetry --"]) {
      test(`is refused over both edges under the stream “${stream.slice(0, 30)}”`, async () => {
        await assert.rejects(live.publish(`d/${lamp.uid}/tele/${stream}`, '1', { qos: 1 }), {
          reason: 'not_authorized',
        })
        const answer = await post(`telemetry?stream=${encodeURIComponent(stream)}`, 1)
        assert.equal(answer.body.code, 'request_invalid')
      })
    }

    test('is refused where it is larger than 64 KiB', async () => {
      assert.equal((await post('telemetry', { a: 'x'.repeat(65_536) })).body.code, 'body_too_large')
      const other = await lamp.connect()
      const closed = other.closed
      await assert.rejects(
        other.publish(`d/${lamp.uid}/tele`, JSON.stringify('x'.repeat(70_000)), { qos: 1 }),
      )
      assert.equal((await closed).reason, 'packet_too_large')
      live = await lamp.connect()
    })

    test('to its log has a level and a message, over both edges', async () => {
      house.world.advance(1)
      await live.publish(`d/${lamp.uid}/log`, '{"level":"error","message":"too hot"}', { qos: 1 })
      house.world.advance(1)
      assert.equal((await post('logs', { message: 'better' })).status, 202)
      const { body } = await house.call('GET', `/v1/devices/${lamp.uid}/logs?limit=2`, { token: ada.token })
      assert.deepEqual(
        body.items.map(({ level, message }) => [level, message]),
        [
          ['info', 'better'],
          ['error', 'too hot'],
        ],
      )
    })

    const notLines = [
      'null',
      '[]',
      '"text"',
      '{}',
      '{"message":1}',
      '{"message":"x","level":"loud"}',
      '{"message":"x","level":["info"]}',
      '{"message":"nul \\u0000"}',
      JSON.stringify({ message: 'x'.repeat(4097) }),
    ]
    test('to its log may have 4,096 characters', async () => {
      assert.equal((await post('logs', { message: 'x'.repeat(4096) })).status, 202)
    })

    for (const sent of notLines) {
      test(`to its log is refused over both edges: ${sent.slice(0, 40)}`, async () => {
        await assert.rejects(live.publish(`d/${lamp.uid}/log`, sent, { qos: 1 }), {
          reason: 'payload_format_invalid',
        })
        assert.equal((await post('logs', JSON.parse(sent))).body.code, 'request_invalid')
      })
    }

    test('is stored for a device that speaks for itself alone', async () => {
      const other = await house.lamp()
      for (const kind of ['telemetry', 'logs']) {
        const path = `/v1/devices/${lamp.uid}/${kind}`
        const answer = await house.call('POST', path, { token: other.token(), body: { message: 'x' } })
        assert.equal(answer.body.code, 'permission_missing')
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
