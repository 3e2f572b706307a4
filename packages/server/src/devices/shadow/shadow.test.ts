import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, type Listening, openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'
import { type JsonObject, mergePatch } from './shadow.ts'

// RFC 7396 appendix A, where the patch is an object; any other would replace a state by what is none.
const examples = [
  { original: '{"a":"b"}', patch: '{"a":"c"}', result: '{"a":"c"}' },
  { original: '{"a":"b"}', patch: '{"b":"c"}', result: '{"a":"b","b":"c"}' },
  { original: '{"a":"b"}', patch: '{"a":null}', result: '{}' },
  { original: '{"a":"b","b":"c"}', patch: '{"a":null}', result: '{"b":"c"}' },
  { original: '{"a":["b"]}', patch: '{"a":"c"}', result: '{"a":"c"}' },
  { original: '{"a":"c"}', patch: '{"a":["b"]}', result: '{"a":["b"]}' },
  { original: '{"a":{"b":"c"}}', patch: '{"a":{"b":"d","c":null}}', result: '{"a":{"b":"d"}}' },
  { original: '{"a":[{"b":"c"}]}', patch: '{"a":[1]}', result: '{"a":[1]}' },
  { original: '{"e":null}', patch: '{"a":1}', result: '{"e":null,"a":1}' },
  { original: '[1,2]', patch: '{"a":"b","c":null}', result: '{"a":"b"}' },
  { original: '{}', patch: '{"a":{"bb":{"ccc":null}}}', result: '{"a":{"bb":{}}}' },
  // Ours: members that a careless merge would set on every object there is.
  { original: '{}', patch: '{"__proto__":{"a":1}}', result: '{"__proto__":{"a":1}}' },
  {
    original: '{"__proto__":{"a":1}}',
    patch: '{"__proto__":{"a":null,"b":2}}',
    result: '{"__proto__":{"b":2}}',
  },
  {
    original: '{}',
    patch: '{"constructor":{"prototype":{"a":1}}}',
    result: '{"constructor":{"prototype":{"a":1}}}',
  },
]
for (const { original, patch, result } of examples) {
  test(`the merge patch ${patch} makes ${result} of ${original}`, () => {
    assert.equal(JSON.stringify(mergePatch(JSON.parse(original), JSON.parse(patch))), result)
    assert.equal(({} as { a?: unknown }).a, undefined)
  })
}

test('a merge patch applied twice is as applied once, and neither argument changes', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ depthSize: 'small' }))
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const before = JSON.stringify([target, patch])
      const once = mergePatch(target, patch as JsonObject)
      assert.deepEqual(mergePatch(once, patch as JsonObject), once)
      assert.equal(JSON.stringify([target, patch]), before)
    }),
  )
})

for (const engine of engines) {
  describe(`the state of a device on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    let live: Listening
    let person: Listening
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      await fresh()
    })
    after(() => house.close())

    async function fresh(): Promise<void> {
      lamp = await house.lampOf(ada)
      live = await lamp.connect()
      await live.subscribe(`d/${lamp.uid}/state/+`)
      person ??= await house.app5(ada)
      await person.subscribe(`d/${lamp.uid}/state/#`)
    }
    const patch = (token: string, body: unknown, ifMatch?: string) =>
      house.call('PATCH', `/v1/devices/${lamp.uid}/state`, {
        token,
        body,
        ...(ifMatch && { headers: { 'if-match': ifMatch } }),
      })
    const read = async (token = ada.token) =>
      (await house.call('GET', `/v1/devices/${lamp.uid}/state`, { token })).body

    test('is what it reports, what is desired of it, and what of that is still to be done', async () => {
      await fresh()
      assert.deepEqual(await read(), { reported: {}, desired: {}, delta: {}, version: 0, updated_at: null })
      await patch(ada.token, { desired: { on: true, colour: { r: 1, g: 2 } } })
      await patch(lamp.token(), { reported: { on: true, colour: { r: 1 }, heat: 40 } })
      const { version, delta, reported } = await read()
      assert.deepEqual(delta, { colour: { g: 2 } })
      assert.deepEqual(reported, { on: true, colour: { r: 1 }, heat: 40 })
      assert.equal(version, 2)
      assert.deepEqual(await read(lamp.token()), await read())
    })

    test('is told to the device and to who watches, whole and as what is still to be done', async () => {
      await fresh()
      await person.publish(`d/${lamp.uid}/state/desired`, '{"on":true}', { qos: 1 })
      for (const client of [live, person]) {
        assert.equal(String((await client.heard(`d/${lamp.uid}/state/desired`)).payload), '{"on":true}')
        assert.equal(String((await client.heard(`d/${lamp.uid}/state/delta`)).payload), '{"on":true}')
      }
      await live.publish(`d/${lamp.uid}/state/reported`, '{"on":true}', { qos: 1 })
      assert.equal(String((await person.heard(`d/${lamp.uid}/state/reported`)).payload), '{"on":true}')
      assert.deepEqual((await read()).delta, {})
    })

    test('tells no delta where nothing is left to be done', async () => {
      await fresh()
      await person.publish(`d/${lamp.uid}/state/desired`, '{"on":true}', { qos: 1 })
      await live.publish(`d/${lamp.uid}/state/reported`, '{"on":true}', { qos: 1 })
      // Whatever was sent to it has come before the answer to this.
      await person.unsubscribe('nothing')
      const deltas = person.messages.filter(({ topic }) => topic === `d/${lamp.uid}/state/delta`)
      assert.ok(!deltas.some(({ payload }) => String(payload) === '{}'))
    })

    test('has as many levels and characters as it may, and not one more', async () => {
      const nested = (levels: number) => {
        let value: object = {}
        for (let n = 1; n < levels; n += 1) value = { a: value }
        return value
      }
      await fresh()
      assert.equal((await patch(ada.token, { desired: nested(33) })).status, 200)
      assert.equal((await patch(ada.token, { desired: nested(34) })).body.code, 'request_invalid')
      await fresh()
      const long = (length: number) => ({ desired: { a: 'x'.repeat(length - '{"a":""}'.length) } })
      assert.equal((await patch(ada.token, long(32 * 1024 + 1))).body.code, 'body_too_large')
      assert.equal((await patch(ada.token, long(32 * 1024))).status, 200)
    })

    test('has no delta of what is alike, however deep', async () => {
      await fresh()
      const alike = { a: { b: { c: 1 } } }
      await patch(ada.token, { desired: alike })
      await patch(lamp.token(), { reported: alike })
      assert.deepEqual((await read()).delta, {})
      await patch(ada.token, { desired: { a: { b: { d: 2 } } } })
      assert.deepEqual((await read()).delta, { a: { b: { d: 2 } } })
    })

    test('changes only on top of the version that If-Match names', async () => {
      await fresh()
      const first = await patch(ada.token, { desired: { a: 1 } }, '"0"')
      assert.equal(first.status, 200)
      assert.equal(first.headers.get('etag'), '"1"')
      for (const stale of ['"0"', '"2"', '"1', '1', 'W/"1"', '"x"', '"99999999999999999999"', '"-1"']) {
        const { status, body } = await patch(ada.token, { desired: { a: 2 } }, stale)
        assert.deepEqual([status, body.code], [412, 'precondition_failed'], stale)
      }
      assert.deepEqual((await read()).desired, { a: 1 })
      assert.equal((await patch(ada.token, { desired: { a: 3 } }, '*')).status, 200)
    })

    test('of 16 changes on top of one version at once, one is made', async () => {
      await fresh()
      const all = await Promise.all(
        Array.from({ length: 16 }, (_, index) => patch(ada.token, { desired: { by: index } }, '"0"')),
      )
      assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array(15).fill(412)])
      assert.equal((await read()).version, 1)
    })

    test('loses no change of many at once, from either side and over either edge', async () => {
      const change = fc.record({
        side: fc.constantFrom('desired', 'reported'),
        edge: fc.constantFrom('http', 'mqtt'),
        value: fc.jsonValue({ depthSize: 'xsmall' }).filter((value) => value !== null && !emptyAfter(value)),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 24 }), async (changes) => {
          await fresh()
          await Promise.all(
            changes.map(async ({ side, edge, value }, index) => {
              const body = { [`m${index}`]: { value: JSON.stringify(value) } }
              const device = side === 'reported'
              if (edge === 'mqtt') {
                const topic = `d/${lamp.uid}/state/${side}`
                await (device ? live : person).publish(topic, JSON.stringify(body), { qos: 1 })
              } else {
                const answer = await patch(device ? lamp.token() : ada.token, { [side]: body })
                assert.equal(answer.status, 200, answer.text)
              }
            }),
          )
          const state = await read()
          for (const [index, { side, value }] of changes.entries())
            assert.deepEqual(state[side][`m${index}`], { value: JSON.stringify(value) })
          assert.equal(state.version, changes.length)
          await live.end()
          await person.unsubscribe(`d/${lamp.uid}/state/#`)
        }),
        { numRuns: 8 },
      )
    })

    const refused = [
      { name: 'a user reporting', by: 'user', body: { reported: { a: 1 } }, code: 'permission_missing' },
      { name: 'a device desiring', by: 'device', body: { desired: { a: 1 } }, code: 'permission_missing' },
      { name: 'a side that is none', by: 'user', body: { delta: { a: 1 } }, code: 'request_invalid' },
      { name: 'a list', by: 'user', body: { desired: [1] }, code: 'request_invalid' },
      { name: 'text', by: 'device', body: { reported: 'on' }, code: 'request_invalid' },
      { name: 'null', by: 'user', body: { desired: null }, code: 'request_invalid' },
      {
        name: 'objects in objects, 33 deep',
        by: 'device',
        body: { reported: JSON.parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`) },
        code: 'request_invalid',
      },
      {
        name: 'more than 32,768 characters',
        by: 'user',
        body: { desired: { a: 'x'.repeat(33_000) } },
        code: 'body_too_large',
      },
    ]
    for (const { name, by, body, code } of refused) {
      test(`is not changed over HTTPS by ${name}`, async () => {
        const before = await read()
        assert.equal((await patch(by === 'user' ? ada.token : lamp.token(), body)).body.code, code)
        assert.deepEqual(await read(), before)
      })
    }

    const unheard = [
      { name: 'a user reporting', by: 'user', side: 'reported', sent: '{}', reason: 'not_authorized' },
      { name: 'a device desiring', by: 'device', side: 'desired', sent: '{}', reason: 'not_authorized' },
      ...['', 'on', '[1]', 'null', '"x"', '{"a":}', '\ufeff', '{"a":1}{}'].flatMap((sent) => [
        {
          name: `a device with “${sent}”`,
          by: 'device',
          side: 'reported',
          sent,
          reason: 'payload_format_invalid',
        },
        {
          name: `a user with “${sent}”`,
          by: 'user',
          side: 'desired',
          sent,
          reason: 'payload_format_invalid',
        },
      ]),
      {
        name: 'objects in objects, 10,000 deep',
        by: 'device',
        side: 'reported',
        sent: `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
        reason: 'payload_format_invalid',
      },
      {
        name: 'more than 32,768 characters',
        by: 'device',
        side: 'reported',
        sent: JSON.stringify({ a: 'x'.repeat(33_000) }),
        reason: 'payload_format_invalid',
      },
    ]
    for (const { name, by, side, sent, reason } of unheard) {
      test(`is not changed over MQTT by ${name}`, async () => {
        const before = await read()
        const client = by === 'device' ? await lamp.connect() : person
        await assert.rejects(client.publish(`d/${lamp.uid}/state/${side}`, sent, { qos: 1 }), { reason })
        assert.deepEqual(await read(), before)
      })
    }

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

function emptyAfter(value: unknown): boolean {
  return JSON.stringify(value).includes('null')
}
