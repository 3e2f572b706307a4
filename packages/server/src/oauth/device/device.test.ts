import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { placeApplication, type TestApplication } from '../../../test/applications.ts'
import { TestBrowser } from '../../../test/authorization.ts'
import { beforeQuery } from '../../../test/meanwhile.ts'
import { operator } from '../../identity.ts'
import { newUserCode, readUserCode, shownUserCode } from '../../secrets/user-codes.ts'
import { createService } from '../../services/registered.ts'
import { deviceCodeGrant } from './ask.ts'

test('codes of people are read however they are typed, and nothing else is', () => {
  const code = newUserCode({ now: () => 0, random: (size) => Buffer.alloc(size, 239) })
  assert.equal(code, 'ZZZZZZZZ')
  assert.equal(readUserCode(` ${shownUserCode(code).toLowerCase()} `), code)
  for (const typed of ['', 'ZZZZ', 'ZZZZ-ZZZA', 'ZZZZ-ZZZZZ', '1234-5678']) {
    assert.equal(readUserCode(typed), undefined, typed)
  }
})

test('no letter of a code of people is more likely than another', () => {
  const bytes = [255, 240, 0, 19, 20, 239, 1, 2, 3, 4]
  const random = () => Buffer.of(bytes.shift() ?? assert.fail('it takes no more than it needs'))
  assert.equal(newUserCode({ now: () => 0, random }), 'BZBZCDFG')
  assert.equal(shownUserCode('BZBZCDFG'), 'BZBZ-CDFG')
})

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`devices without a browser on ${engine}`, () => {
    let app: TestApp
    let viewer: TestApplication
    let ada: TestBrowser
    before(async () => {
      app = await openTestApp(engine)
      await app.signedIn('ada')
      viewer = await placeApplication(app, {
        ...{ name: 'Viewer', type: 'native', authentication: 'none' },
        ...{ grants: [deviceCodeGrant, 'refresh_token'], scopes: ['openid', 'devices:view'] },
      })
      ada = new TestBrowser(app)
      await ada.signIn('ada')
    })
    after(() => app.close())

    const begin = (form: Record<string, string> = {}, of = viewer) =>
      app.call('POST', '/oauth/device_authorization', { form: { client_id: of.id, ...form } })
    const poll = (device_code: string, of = viewer) =>
      app.call('POST', '/oauth/token', {
        form: { grant_type: deviceCodeGrant, client_id: of.id, device_code },
      })
    const codesOf = ({ body }: Awaited<ReturnType<typeof begin>>) =>
      body as unknown as { device_code: string; user_code: string; verification_uri_complete: string }
    const typed = (code: string, answer: string, by = ada) =>
      by.post('/device/answer', { user_code: code, answer })

    test('a person lets a device in, and it gets tokens that outlast their browser', async () => {
      const { device_code, user_code } = codesOf(await begin())
      assert.equal((await poll(device_code)).body.error, 'authorization_pending')
      const page = await ada.post('/device', { user_code })
      assert.match(page.text, /Let Viewer in on a device\?/)
      assert.match(page.text, /see what your devices report/)
      assert.match((await typed(user_code, 'allow')).text, /The device is let in/)
      const { status, body } = await poll(device_code)
      assert.deepEqual([status, body.scope], [200, 'openid devices:view'])
      assert.equal((await poll(device_code)).body.error, 'invalid_grant')
      await ada.post('/oauth/logout/confirm', {})
      assert.equal((await app.call('GET', '/oauth/userinfo', { token: body.access_token })).status, 200)
      await ada.signIn('ada')
    })

    const ends: [string, boolean, (by: SignedIn, browser: TestBrowser) => Promise<{ status: number }>][] = [
      ['is signed out there', true, (_, browser) => browser.post('/oauth/logout/confirm', {})],
      [
        'has ended every other session',
        false,
        ({ token }) => app.call('POST', '/v1/me/sessions/end-others', { token }),
      ],
      [
        'has another password',
        false,
        ({ token, password }) =>
          app.call('POST', '/v1/me/password', {
            ...{ token, body: { current_password: password, password: 'seven wet umbrellas' } },
          }),
      ],
    ]
    for (const [at, [name, isLetIn, end]] of ends.entries()) {
      test(`a device that was let in by somebody who ${name} since gets ${isLetIn ? 'its' : 'no'} tokens`, async () => {
        const person = await app.signedIn(`person${at}`)
        const browser = new TestBrowser(app)
        await browser.signIn(person.username)
        const { device_code, user_code } = codesOf(await begin())
        await typed(user_code, 'allow', browser)
        const { status } = await end(person, browser)
        assert.ok(status < 300, `${status}`)
        const { body } = await poll(device_code)
        assert.deepEqual(
          [body.error, body.scope !== undefined],
          [isLetIn ? undefined : 'invalid_grant', isLetIn],
        )
      })
    }

    test('a device that asks too often waits longer', async () => {
      const { device_code } = codesOf(await begin())
      const ask = async () => (await poll(device_code)).body.error
      assert.deepEqual([await ask(), await ask()], ['authorization_pending', 'slow_down'])
      app.world.advance(9_999)
      assert.equal(await ask(), 'slow_down')
      app.world.advance(15_000)
      assert.equal(await ask(), 'authorization_pending')
      app.world.advance(600_000 - 24_999 - 1)
      assert.notEqual(await ask(), 'expired_token')
      app.world.advance(1)
      assert.equal(await ask(), 'expired_token')
    })

    test('a device that is not let in is told so, and so is an operator', async () => {
      const { device_code, user_code } = codesOf(await begin())
      assert.match((await typed(user_code, 'deny')).text, /The device is not let in/)
      assert.equal((await poll(device_code)).body.error, 'access_denied')
      assert.match((await typed(user_code, 'allow')).text, /There is no device that waits/)
      const [event] = await app.app.db.query<{ reason: string }>(
        "SELECT reason FROM activity WHERE event = 'application.device' AND outcome = 'alarm'",
      )
      assert.equal(event?.reason, 'device_denied')
    })

    for (const [name, second, isLetIn] of [
      ['refuses it in another tab after it was let in', 'deny', true],
      ['lets it in in another tab after it was refused', 'allow', false],
    ] as const) {
      test(`a person who ${name} is told that nothing waits any more, and the first answer counts`, async (t) => {
        const { device_code, user_code } = codesOf(await begin())
        const first = second === 'deny' ? 'allow' : 'deny'
        const isMeanwhile = beforeQuery(t, app, /FROM applications/, () => typed(user_code, first))
        const { status, text } = await typed(user_code, second)
        assert.ok(isMeanwhile())
        assert.equal(status, 400)
        assert.match(text, /There is no device that waits/)
        const { body } = await poll(device_code)
        assert.deepEqual(
          [body.error, body.scope !== undefined],
          [isLetIn ? undefined : 'access_denied', isLetIn],
        )
        await app.app.activity.flushRefusals(true)
        const rows = await app.app.db.query<{ event: string; target: string; is_named: number }>(
          `SELECT event, target, subject IS NOT NULL AS is_named FROM activity WHERE reason = 'code_used' ORDER BY id`,
        )
        assert.deepEqual(
          rows.map(({ event, target, is_named }) => [event, target, Boolean(is_named)]).at(-1),
          ['application.device', viewer.id, true],
        )
      })
    }

    test('a browser in which devices are let in is in use: its session is not the first to make room for others', async () => {
      const lastUse = async () => {
        const rows = await app.app.db.query<{ at: number }>('SELECT MAX(last_used_at) AS at FROM sessions')
        return Number(rows[0]?.at)
      }
      app.world.advance(1_000)
      const { user_code } = codesOf(await begin())
      assert.ok((await lastUse()) < app.world.now())
      await typed(user_code, 'allow')
      assert.equal(await lastUse(), app.world.now())
    })

    test('a token that a device asked for a service with is for that service', async () => {
      const audience = 'https://readings.example'
      const knownScopes = ['devices:view']
      await createService(app.app, operator, {
        name: `readings ${crypto.randomUUID()}`,
        scopes: [],
        audience,
        knownScopes,
      })
      const { device_code, user_code } = codesOf(await begin({ resource: audience, scope: 'devices:view' }))
      await typed(user_code, 'allow')
      const { status, body } = await poll(device_code)
      assert.equal(status, 200)
      assert.equal(decodeUnverified(body.access_token).claims.aud, audience)
    })

    test('of 64 questions at once one gets tokens', async () => {
      const { device_code, user_code } = codesOf(await begin())
      await typed(user_code, 'allow')
      const answers = await Promise.all(Array.from({ length: 64 }, () => poll(device_code)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('what asks for something else, or is somebody else, is refused', async () => {
      const other = await placeApplication(app, { authentication: 'none', grants: [deviceCodeGrant] })
      const byLink = await placeApplication(app, { authentication: 'none', grants: ['authorization_code'] })
      const errors = await Promise.all([
        begin({}, byLink),
        begin({ scope: 'users:write' }),
        begin({ resource: 'https://nobody.example' }),
        begin({ client_id: 'cli_nobody' }),
      ])
      assert.deepEqual(
        errors.map(({ body }) => body.error),
        ['unauthorized_client', 'invalid_scope', 'invalid_target', 'invalid_client'],
      )
      const { device_code } = codesOf(await begin())
      assert.equal((await poll(device_code, other)).body.error, 'invalid_grant')
      assert.equal((await poll('lk_device_nonsense')).body.error, 'invalid_grant')
      assert.equal((await poll(device_code, byLink)).body.error, 'unauthorized_client')
    })

    test('nobody who is not signed in answers, and no page of another site', async () => {
      const { device_code, user_code } = codesOf(await begin())
      const nobody = new TestBrowser(app)
      assert.match(
        (await typed(user_code, 'allow', nobody)).headers.get('location') ?? '',
        /^\/sign-in\?next=/,
      )
      const foreign = { origin: 'https://evil.example' }
      assert.equal((await ada.post('/device/answer', { user_code, answer: 'allow' }, foreign)).status, 403)
      assert.equal((await poll(device_code)).body.error, 'authorization_pending')
    })

    test('a device that asks from another country needs a fresh sign-in', async () => {
      const { user_code } = codesOf(await begin())
      await app.app.db.transaction((tx) =>
        tx.query("UPDATE device_codes SET region = 'BR' WHERE decided_at IS NULL"),
      )
      const fresh = new TestBrowser(app)
      await fresh.signIn('ada')
      assert.match((await fresh.post('/device', { user_code })).text, /asks from another country/)
      app.world.advance(5 * 60_000)
      assert.match((await fresh.post('/device', { user_code })).text, /asks from another country/)
      app.world.advance(1)
      assert.match((await fresh.post('/device', { user_code })).text, /Sign in again/)
      assert.match((await typed(user_code, 'allow', fresh)).headers.get('location') ?? '', /^\/sign-in/)
    })

    test('who has guessed too often waits, even with a code that is right', async () => {
      const bob = new TestBrowser(app)
      await app.signedIn('bob')
      await bob.signIn('bob')
      const guess = async (user_code: string) => (await bob.post('/device', { user_code })).status
      const right = async () => guess(codesOf(await begin()).user_code)
      for (let at = 0; at < 30; at += 1) assert.equal(await right(), 200)
      const guesses = await Promise.all(Array.from({ length: 40 }, () => guess('BBBB-BBBB')))
      assert.equal(guesses.filter((status) => status === 400).length, 20)
      assert.equal(guesses.filter((status) => status === 429).length, 20)
      assert.equal(await right(), 429)
      assert.equal((await ada.post('/device', { user_code: 'BBBB-BBBB' })).status, 400)
      app.world.advance(180_000)
      assert.deepEqual([await right(), await guess('BBBB-BBBB'), await right()], [200, 400, 429])
      const refused = await app.app.db.query<{ subject_kind: string }>(
        "SELECT subject_kind FROM activity WHERE reason = 'device_code_failures'",
      )
      assert.equal(refused[0]?.subject_kind, 'user')
    })
  })
}
