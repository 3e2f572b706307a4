import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../../test/app.ts'
import { TestBrowser } from '../../../test/authorization.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`devices without a screen are bound by letters, on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let browser: TestBrowser
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      browser = new TestBrowser(house)
      await browser.signIn('ada')
    })
    after(() => house.close())

    const begin = (lamp: Lamp, token = lamp.token()) =>
      house.call('POST', `/v1/devices/${lamp.uid}/binding`, { token, address: '192.0.2.7' })
    const stateOf = async (lamp: Lamp) =>
      (await house.call('GET', `/v1/devices/${lamp.uid}/binding`, { token: lamp.token() })).body.state
    const codeOf = async (lamp: Lamp) => String((await begin(lamp)).body.user_code)
    const say = (user_code: string, answer: string, by = browser) =>
      by.post('/device/answer', { user_code, answer })

    test('a person types what the device tells, reads what it is, and it is theirs', async () => {
      const lamp = await house.lamp()
      const { status, body } = await begin(lamp)
      assert.equal(status, 201)
      const code = String(body.user_code)
      assert.match(code, /^[B-Z]{4}-[B-Z]{4}$/)
      assert.equal(body.verification_uri_complete, `${body.verification_uri}?user_code=${code}`)
      assert.deepEqual([body.expires_in, body.interval], [600, 5])
      assert.equal(await stateOf(lamp), 'waiting')
      const page = await browser.post('/device', { user_code: code })
      assert.match(page.text, /Is a lamp yours\?/)
      assert.match(page.text, /192\.0\.2\.7/)
      assert.match(page.text, new RegExp(lamp.uid))
      assert.match((await say(code, 'allow')).text, /a lamp is yours/)
      assert.equal(await stateOf(lamp), 'bound')
      const device = await house.call('GET', `/v1/devices/${lamp.uid}`, { token: ada.token })
      assert.deepEqual([device.body.relation, device.body.state], ['owner', 'bound'])
      const [line] = await house.written({ event: 'device.bind', target: lamp.uid })
      assert.deepEqual([line?.subject, line?.outcome], [ada.id, 'success'])
      assert.match((await say(code, 'allow')).text, /no device that waits/)
      assert.equal((await begin(lamp)).body.code, 'device_bound')
    })

    test('a device that is not theirs is refused, with an alarm, and the code is over', async () => {
      const lamp = await house.lamp()
      const code = await codeOf(lamp)
      assert.match((await say(code, 'deny')).text, /The device is not bound/)
      assert.equal(await stateOf(lamp), 'over')
      const [line] = await house.written({ event: 'device.bind', outcome: 'alarm', target: lamp.uid })
      assert.equal(line?.reason, 'device_denied')
      assert.match((await say(code, 'allow')).text, /no device that waits/)
    })

    test('of two people who type it at once, one has it', async () => {
      const lamp = await house.lamp()
      const code = await codeOf(lamp)
      await house.signedIn('ben')
      const other = new TestBrowser(house)
      await other.signIn('ben')
      const answers = await Promise.all(
        [browser, other].flatMap((by) => Array.from({ length: 8 }, () => say(code, 'allow', by))),
      )
      assert.equal(answers.filter(({ text }) => /is yours/.test(text)).length, 1)
      for (const { status, text } of answers) {
        assert.match(text, status === 200 ? /is yours/ : /no device that waits/)
      }
    })

    test('a person who refuses a device that somebody has bound meanwhile is not told that it is not bound', async (t) => {
      const lamp = await house.lamp()
      const code = await codeOf(lamp)
      const ben = await house.signedIn('quick-ben')
      const other = new TestBrowser(house)
      await other.signIn('quick-ben')
      // The first is the guess that is counted, and the second looks at the session once more.
      const isMeanwhile = beforeTransaction(t, house, 2, () => say(code, 'allow', other))
      const { status, text } = await say(code, 'deny')
      assert.ok(isMeanwhile())
      assert.equal(status, 400)
      assert.match(text, /no device that waits/)
      const device = await house.call('GET', `/v1/devices/${lamp.uid}`, { token: ben.token })
      assert.equal(device.body.relation, 'owner')
      const rows = house.events.filter(({ event, target }) => event === 'device.bind' && target === lamp.uid)
      assert.deepEqual(
        rows.filter(({ outcome }) => outcome !== 'refused').map(({ subject, outcome }) => [subject, outcome]),
        [[ben.id, 'success']],
      )
    })

    test('the device alone begins it, and asks', async () => {
      const [lamp, other] = [await house.lamp(), await house.lamp()]
      for (const token of [ada.token, house.admin.token, other.token()]) {
        const begun = await begin(lamp, token)
        assert.equal(begun.status, 403)
        assert.equal((await house.call('GET', `/v1/devices/${lamp.uid}/binding`, { token })).status, 403)
      }
      assert.equal(await stateOf(lamp), 'over')
    })

    test('who may bind no devices finds none', async () => {
      const lamp = await house.lamp()
      const code = await codeOf(lamp)
      await house.call('POST', '/v1/user-types', {
        token: house.admin.token,
        body: { name: 'guest', description: 'looks', permissions: ['devices:view'] },
      })
      await house.signedIn('gil', 'guest')
      const guest = new TestBrowser(house)
      await guest.signIn('gil')
      assert.match((await guest.post('/device', { user_code: code })).text, /no device that waits/)
      assert.match((await say(code, 'allow', guest)).text, /no device that waits/)
      assert.equal(await stateOf(lamp), 'waiting')
    })

    test('who guesses too often waits, even with a code that is right', async () => {
      const lamp = await house.lamp()
      const code = await codeOf(lamp)
      await house.signedIn('eve')
      const eve = new TestBrowser(house)
      await eve.signIn('eve')
      for (let count = 0; count < 20; count += 1) await eve.post('/device', { user_code: 'BBBB-BBBB' })
      assert.equal((await say(code, 'allow', eve)).status, 429)
      assert.equal(await stateOf(lamp), 'waiting')
    })

    test('no letters stand in the database', async () => {
      const lamp = await house.lamp()
      const code = (await codeOf(lamp)).replace('-', '')
      const rows = await house.app.db.query('SELECT * FROM claim_codes')
      assert.doesNotMatch(JSON.stringify(rows), new RegExp(`${code.slice(0, 4)}-?${code.slice(4)}`))
    })

    test('a newer code ends the one before, and ten minutes end each', async () => {
      const lamp = await house.lamp()
      const first = await codeOf(lamp)
      const second = await codeOf(lamp)
      assert.match((await say(first, 'allow')).text, /no device that waits/)
      house.world.advance(600_000)
      assert.equal(await stateOf(lamp), 'over')
      assert.match((await say(second, 'allow')).text, /no device that waits/)
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}
