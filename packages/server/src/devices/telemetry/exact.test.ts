import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { engines } from '../../../test/storages.ts'

for (const engine of engines) {
  describe(`what a device sends, on ${engine},`, () => {
    let house: Home
    let ada: SignedIn
    let lamp: Lamp
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      lamp = await house.lampOf(ada)
    })
    after(() => house.close())

    const newest = async () => {
      const { text } = await house.call('GET', `/v1/devices/${lamp.uid}/telemetry?limit=1`, {
        token: ada.token,
      })
      return text
    }

    for (const sent of [
      '{"n": 9007199254740995}',
      '{"n":1e309}',
      '{"n":1.10}',
      '{"a":1,"a":2}',
      '{"b":1,"2":2,"1":3}',
      '[1, 2,  3]',
      '-0',
      '"lk\\u00e9"',
      '{"quote":"\\"","back":"\\\\"}',
    ]) {
      test(`is given back byte for byte: ${sent}`, async () => {
        const answer = await house.call('POST', `/v1/devices/${lamp.uid}/telemetry`, {
          token: lamp.token(),
          headers: { 'content-type': 'application/json' },
          body: sent,
        })
        assert.equal(answer.status, 202)
        assert.ok((await newest()).includes(`"payload":${sent}}`), await newest())

        const live = await lamp.connect()
        await live.publish(`d/${lamp.uid}/tele`, sent, { qos: 1 })
        await live.end()
        assert.ok((await newest()).includes(`"payload":${sent}}`), await newest())
      })
    }

    for (const { sent, field } of [
      { sent: '{"n":9007199254740995}', field: '/n' },
      { sent: '{"deep":{"n":1e309}}', field: '/deep/n' },
      { sent: '{"a":1,"a":2}', field: '/a' },
    ]) {
      const patches = [
        { side: 'reported', token: () => lamp.token() },
        { side: 'desired', token: () => ada.token },
      ]
      for (const { side, token } of patches) {
        test(`is refused with its place where it would be changed as ${side}: ${sent}`, async () => {
          const answer = await house.call('PATCH', `/v1/devices/${lamp.uid}/state`, {
            token: token(),
            body: `{"${side}":${sent}}`,
          })
          assert.equal(answer.status, 400)
          assert.equal(answer.body.errors[0]?.field, `/${side}${field}`)
        })
      }

      test(`is refused over MQTT where it would be changed in the shadow: ${sent}`, async () => {
        const live = await lamp.connect()
        await assert.rejects(live.publish(`d/${lamp.uid}/state/reported`, sent, { qos: 1 }), {
          reason: 'payload_format_invalid',
        })
        await live.end()
      })

      test(`is refused in a command: ${sent}`, async () => {
        const answer = await house.call('POST', `/v1/devices/${lamp.uid}/commands/on`, {
          token: ada.token,
          body: `{"payload":${sent}}`,
        })
        assert.equal(answer.status, 400)
        assert.equal(answer.body.errors[0]?.field, `/payload${field}`)
      })
    }

    test('as the answer of a command is given back byte for byte', async () => {
      const live = await lamp.connect({
        onMessage: ({ topic }) => {
          const rid = topic.split('/')[3]
          void live.publish(`d/${lamp.uid}/cmd/${rid}/res/200`, '{"n": 9007199254740995}', { qos: 1 })
        },
      })
      await live.subscribe(`d/${lamp.uid}/cmd/+/+`)
      const { text } = await house.call('POST', `/v1/devices/${lamp.uid}/commands/on`, {
        token: ada.token,
        body: {},
      })
      assert.ok(text.includes('"payload":{"n": 9007199254740995}'), text)
      await live.end()
    })

    test('changes the shadow on top of the version that If-Match names, and of no other', async () => {
      const path = `/v1/devices/${lamp.uid}/state`
      const { headers } = await house.call('GET', path, { token: lamp.token() })
      const tag = headers.get('etag') ?? assert.fail()
      const change = (ifMatch: string) =>
        house.call('PATCH', path, {
          token: lamp.token(),
          headers: { 'if-match': ifMatch },
          body: { reported: { at: ifMatch } },
        })
      for (const other of [
        '"999"',
        'W/"0"',
        '"x"',
        '',
        '"999", "998"',
        tag.replaceAll('"', ''),
        `x${tag}`,
        `${tag}x`,
      ]) {
        const { status, body } = await change(other)
        assert.deepEqual([status, body.code], [412, 'precondition_failed'], other)
      }
      assert.equal((await change(`"999", ${tag}`)).status, 200)
      assert.equal((await change(tag)).status, 412, 'it has changed since')
      assert.equal((await change('*')).status, 200)
    })
  })
}
