import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import type { App } from '../../app.ts'
import { operator } from '../../identity.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { setSignInRule } from '../user-types/sign-in-rule.ts'

const firefox = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const [inGermany, inJapan] = ['84.128.0.1', '133.11.0.1']

for (const engine of engines) {
  describe(`notices of sign-ins on ${engine}`, () => {
    let app: TestApp
    let beside: App
    before(async () => {
      app = await openTestApp(engine)
      await setSignInRule(app.app, operator, 'customer', { mailCode: false })
      beside = await openBeside(app)
    })
    after(async () => {
      await beside.stop()
      await app.close()
    })

    let count = 0
    const look = async () => {
      app.world.advance(120_000)
      await app.app.jobs.runNow(5_000)
      return takeLetters(app.app)
    }
    const signIn = (
      { username, password }: SignedIn,
      { agent = firefox(140), address = inGermany, wrong = false } = {},
    ) =>
      app.call('POST', '/v1/login', {
        body: { username, password: wrong ? 'not the password' : password },
        headers: { 'user-agent': agent },
        address,
      })
    /** Somebody with an address, whose browser has been seen. */
    async function known() {
      const person = await withAddress()
      await signIn(person)
      await look()
      return person
    }

    async function withAddress() {
      const person = await app.signedIn(`person-${++count}`)
      const address = `${person.username}@example.com`
      const body = { address, current_password: person.password }
      await app.call('POST', '/v1/me/addresses', { token: person.token, body })
      const [letter] = await takeLetters(app.app)
      await app.call('POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
      return { ...person, address }
    }

    test('the same browser in the same region is quiet, also after an update and from another address', async () => {
      const ada = await known()
      await signIn(ada, { agent: firefox(141) })
      await signIn(ada, { address: '84.128.0.2' })
      assert.deepEqual(await look(), [])
    })

    const unusual = [
      { name: 'a new browser', as: { agent: chrome }, says: /new browser/ },
      { name: 'a new region', as: { address: inJapan }, says: /new region/ },
    ]
    for (const { name, as, says } of unusual) {
      test(`${name} is told, once`, async () => {
        const ada = await known()
        await signIn(ada, as)
        const [letter, ...more] = await look()
        assert.deepEqual([letter?.to, more.length], [ada.address, 0])
        assert.match(letter?.subject ?? '', says)
        await signIn(ada, as)
        assert.deepEqual(await look(), [], 'it is not new any more')
      })
    }

    const onIphone = (name: string) =>
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${name} Mobile/15E148 Safari/604.1`
    for (const [agent, said] of [
      [chrome, 'Chrome, Windows'],
      [`${chrome} Edg/140.0.0.0`, 'Edge, Windows'],
      [onIphone('Version/18.0'), 'Safari, iPhone'],
      [onIphone('CriOS/140.0.0.0'), 'Chrome, iPhone'],
      [onIphone('FxiOS/140.0'), 'Firefox, iPhone'],
      [onIphone('EdgiOS/140.0.0.0'), 'Edge, iPhone'],
      ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0.0.0 Safari/537.36', 'Chrome'],
      ['curl/8.5.0', 'an unknown program'],
    ] as const) {
      test(`the letter says that it was ${said}, for ${agent.slice(-40)}`, async () => {
        const ada = await known()
        await signIn(ada, { agent })
        const [letter] = await look()
        assert.match(letter?.text ?? '', new RegExp(` · With: ${said} · `))
      })
    }

    test('a sign-in after many wrong passwords is told, though everything else is known', async () => {
      const ada = await known()
      for (let at = 0; at < 5; at++) await signIn(ada, { wrong: true })
      app.world.advance(60_000)
      await app.app.activity.flushRefusals(true)
      assert.equal((await signIn(ada)).status, 200)
      assert.match((await look())[0]?.subject ?? '', /wrong passwords/)
    })

    test('a few wrong passwords are not told', async () => {
      const ada = await known()
      for (let at = 0; at < 4; at++) await signIn(ada, { wrong: true })
      await app.app.activity.flushRefusals(true)
      await signIn(ada)
      assert.deepEqual(await look(), [])
    })

    test('the first sign-in of all is usual, and who has no address is told nothing', async () => {
      const ben = await app.signedIn(`person-${++count}`)
      await signIn(ben, { agent: chrome })
      await signIn(ben, { address: inJapan })
      assert.deepEqual(await look(), [])
      // The sign-in by which somebody proved their address was their first.
      await withAddress()
      assert.deepEqual(await look(), [])
    })

    test('two processes tell once', async () => {
      const ada = await known()
      await signIn(ada, { agent: chrome })
      app.world.advance(120_000)
      await Promise.all([app.app.jobs.runNow(5_000), beside.jobs.runNow(5_000)])
      assert.equal((await takeLetters(app.app)).length, 1)
    })

    test('a sign-in of long ago is not told', async () => {
      const ada = await known()
      await signIn(ada, { agent: chrome })
      app.world.advance(3_600_000)
      assert.deepEqual(await look(), [])
    })

    test('whoever says that it was not them ends that session, and gets a link to set a new password', async () => {
      const ada = await known()
      const kept = (await signIn(ada)).body.access_token
      const stranger = (await signIn(ada, { agent: chrome })).body.session_id
      const letters = await look()
      const { secret } = letters[0]!
      const path = `/sign-ins/${secret}`
      for (const method of ['GET', 'HEAD', 'GET']) assert.equal((await app.call(method, path)).status, 200)
      const live = () =>
        app.app.db.query<{ id: string; end_reason: string | null }>(
          'SELECT id, end_reason FROM sessions WHERE id = $1',
          stranger,
        )
      assert.deepEqual(await live(), [{ id: stranger, end_reason: null }])
      const answers = await Promise.all(
        Array.from({ length: 64 }, () => app.call('POST', path, { form: { x: '' } })),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.equal(answers.filter(({ status }) => status === 404).length, 63)
      assert.deepEqual(await live(), [{ id: stranger, end_reason: 'disowned' }])
      assert.equal((await app.call('GET', '/v1/me', { token: kept })).status, 200, 'the others go on')
      const [recovery, ...more] = await takeLetters(app.app)
      assert.deepEqual([recovery?.to, recovery?.letter, more.length], [ada.address, 'recovery', 0])
      assert.equal((await app.call('GET', `/recover/${recovery!.secret}`)).status, 200)
      assert.match(
        (await app.call('GET', path, { headers: { 'accept-language': 'zh-TW' } })).text,
        /連結已失效/,
      )
    })

    for (const [name, notice] of [
      ['unknown', () => newSecret('notme', app.world)],
      ['malformed', () => 'lk_notme_x'],
      ['of another kind', () => newSecret('recover', app.world)],
    ] as const) {
      test(`a link ends no session that is ${name}`, async () => {
        const path = `/sign-ins/${notice()}`
        assert.equal((await app.call('GET', path)).status, 404)
        assert.equal((await app.call('POST', path, { form: { x: '' } })).status, 404)
      })
    }

    test('a link is over after seven days, and is swept', async () => {
      const ada = await known()
      await signIn(ada, { agent: chrome })
      const [letter] = await look()
      app.world.advance(7 * 24 * 3_600_000)
      assert.equal((await app.call('GET', `/sign-ins/${letter!.secret}`)).status, 404)
      await app.app.jobs.runNow(3_600_000)
      const rows = await app.app.db.query('SELECT secret_hash FROM notice_links')
      assert.deepEqual(rows, [])
      assert.deepEqual(await app.app.db.query('SELECT session_id FROM session_notices'), [])
    })

    test('a new password is told, however it was set by its owner', async () => {
      const ada = await known()
      const { token } = { token: (await signIn(ada)).body.access_token }
      const body = { current_password: ada.password, password: 'seven wet umbrellas' }
      assert.equal((await app.call('POST', '/v1/me/password', { token, body })).status, 204)
      assert.deepEqual(
        (await takeLetters(app.app)).map(({ to, letter }) => [to, letter]),
        [[ada.address, 'password_changed']],
      )
    })
  })
}
