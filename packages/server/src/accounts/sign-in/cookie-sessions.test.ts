import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp, testIssuer } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'

// Sessions whose refresh token is in a cookie: for pages of the server's own origin, and nobody else.

const cookieName = 'latchkey_refresh_8484.console'
const own = { origin: testIssuer, 'sec-fetch-site': 'same-origin' }

for (const engine of engines) {
  describe(`sessions by cookie on ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
      await app.signedIn('ada')
      await app.signedIn('ben')
    })
    after(() => app.close())

    const logIn = (username = 'ada', headers: Record<string, string> = own) =>
      app.call('POST', '/v1/login', {
        body: { username, password: `the password of ${username}`, cookie: 'console' },
        headers,
      })
    const refresh = (token: string | undefined, headers: Record<string, string> = own) =>
      app.call('POST', '/v1/refresh', {
        body: { cookie: 'console' },
        headers: { ...headers, ...(token !== undefined && { cookie: `${cookieName}=${token}` }) },
      })
    const keptIn = ({ headers }: { headers: Headers }) =>
      headers
        .getSetCookie()
        .map((cookie) =>
          /^latchkey_refresh_8484\.console=(lk_rt_[\w-]+); Path=\/; HttpOnly; SameSite=Strict$/.exec(cookie),
        )
        .find((match) => match !== null)?.[1]
    const newest = async (event: string) => {
      const [row] = await app.app.db.query<{ line: string }>(
        `SELECT outcome || ' ' || COALESCE(reason, '') AS line FROM activity WHERE event = $1 ORDER BY id DESC LIMIT 1`,
        event,
      )
      return row?.line
    }
    const count = async () => (await app.app.db.query('SELECT id FROM activity')).length

    test('the refresh token comes in a cookie that no script can read, and not in the body', async () => {
      const signedIn = await logIn()
      assert.equal(signedIn.status, 200)
      const token = keptIn(signedIn)
      assert.ok(token)
      assert.ok(!signedIn.text.includes('refresh_token') && !signedIn.text.includes(token))
      assert.equal(signedIn.body.username, 'ada')
      const refreshed = await refresh(token)
      assert.deepEqual([refreshed.status, refreshed.body.session_id], [200, signedIn.body.session_id])
      assert.ok(keptIn(refreshed) && keptIn(refreshed) !== token)
      assert.ok(!refreshed.text.includes('lk_rt_'))
      assert.equal(refreshed.body.username, 'ada')
      assert.equal(await newest('session.refresh'), 'success ')
      assert.equal((await app.call('GET', '/v1/me', { token: refreshed.body.access_token })).status, 200)
    })

    test('who does not ask for a cookie gets none, wherever the request comes from', async () => {
      const credentials = { username: 'ada', password: 'the password of ada' }
      for (const headers of [{}, own, { origin: 'https://evil.example' }]) {
        const { body, headers: answered } = await app.call('POST', '/v1/login', {
          body: credentials,
          headers,
        })
        assert.equal(answered.get('set-cookie'), null)
        const again = await app.call('POST', '/v1/refresh', {
          body: { refresh_token: body.refresh_token },
          headers,
        })
        assert.equal(again.headers.get('set-cookie'), null)
        assert.match(again.body.refresh_token, /^lk_rt_/)
      }
    })

    const foreign: readonly { name: string; headers: Record<string, string>; reason: string }[] = [
      { name: 'no Origin, as a program sends it', headers: {}, reason: 'origin_missing' },
      {
        name: 'no Origin, but the same site',
        headers: { 'sec-fetch-site': 'same-origin' },
        reason: 'origin_missing',
      },
      { name: 'another site', headers: { origin: 'https://evil.example' }, reason: 'origin_foreign' },
      {
        name: 'another port of the same host, to which the browser sends the cookie',
        headers: { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
        reason: 'origin_foreign',
      },
      { name: 'a sandboxed frame', headers: { origin: 'null' }, reason: 'origin_foreign' },
      {
        name: 'the own origin by another way',
        headers: { origin: testIssuer, 'sec-fetch-site': 'cross-site' },
        reason: 'origin_foreign',
      },
    ]
    for (const { name, headers, reason } of foreign) {
      test(`a cookie is neither set nor read nor removed for ${name}`, async () => {
        const token = keptIn(await logIn()) ?? ''
        await app.app.activity.flushRefusals(true)
        app.world.advance(1)
        const signingIn = await logIn('ada', headers)
        assert.deepEqual([signingIn.status, signingIn.body.code], [403, 'origin_not_allowed'])
        assert.equal(await newest('user.sign_in'), `refused ${reason}`)
        const refreshing = await refresh(token, headers)
        assert.deepEqual([refreshing.status, refreshing.body.code], [403, 'origin_not_allowed'])
        assert.equal(await newest('session.refresh'), `refused ${reason}`)
        // The token was not used up by that.
        const { status, body } = await refresh(token)
        assert.equal(status, 200)
        const ending = await app.call('POST', '/v1/logout', {
          token: body.access_token,
          headers: { ...headers, cookie: `${cookieName}=${token}` },
        })
        assert.equal(ending.status, 204)
        for (const answer of [signingIn, refreshing, ending])
          assert.equal(answer.headers.get('set-cookie'), null)
      })
    }

    test('a foreign origin is refused before the password is looked at', async () => {
      const guessed = await app.call('POST', '/v1/login', {
        body: { username: 'ada', password: 'a guess', cookie: 'console' },
        headers: { origin: 'https://evil.example' },
      })
      assert.equal(guessed.body.code, 'origin_not_allowed')
    })

    const missing: readonly { name: string; cookie?: string }[] = [
      { name: 'none' },
      { name: 'that of another application', cookie: 'latchkey_refresh_8484.shop=lk_rt_x' },
      { name: 'one without a value', cookie: `${cookieName}=` },
      { name: 'two', cookie: `${cookieName}=a; ${cookieName}=b` },
      { name: 'one that is no refresh token', cookie: `${cookieName}=lk_rt_nonsense` },
    ]
    for (const { name, cookie } of missing) {
      test(`nobody is signed in where the cookie is ${name}`, async () => {
        const { status, body, headers } = await app.call('POST', '/v1/refresh', {
          body: { cookie: 'console' },
          headers: { ...own, ...(cookie !== undefined && { cookie }) },
        })
        assert.deepEqual([status, body.code, headers.get('set-cookie')], [401, 'refresh_invalid', null])
      })
    }

    test('a page that asks without a cookie leaves no line in the log', async () => {
      const before = await count()
      await refresh(undefined)
      assert.equal(await count(), before)
    })

    for (const seconds of [0, 10]) {
      test(`the same cookie again after ${seconds} s brings the same successor, for tabs race and answers are lost`, async () => {
        const token = keptIn(await logIn())
        const first = await refresh(token)
        app.world.advance(seconds * 1000)
        const second = await refresh(token)
        assert.equal(second.status, 200)
        assert.equal(keptIn(second), keptIn(first))
        assert.equal((await refresh(keptIn(second))).status, 200)
      })
    }

    test('two tabs that refresh at once keep the same cookie', async () => {
      const token = keptIn(await logIn())
      const answers = await Promise.all([refresh(token), refresh(token), refresh(token)])
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200],
      )
      assert.equal(new Set(answers.map(keptIn)).size, 1)
    })

    test('a cookie that is used again later ends the session, and what the browser has by then stays', async () => {
      const signedIn = await logIn()
      const token = keptIn(signedIn)
      const successor = keptIn(await refresh(token))
      app.world.advance(10_001)
      const again = await refresh(token)
      assert.deepEqual([again.status, again.body.code], [401, 'refresh_reused'])
      // Removing it could remove that of a sign-in which came meanwhile.
      assert.equal(again.headers.get('set-cookie'), null)
      assert.equal(await newest('session.refresh'), 'alarm refresh_token_reused')
      assert.equal((await refresh(successor)).body.code, 'refresh_invalid')
      const me = await app.call('GET', '/v1/me', { token: signedIn.body.access_token })
      assert.equal(me.body.code, 'token_revoked')
    })

    test('signing out ends the family and removes the cookie', async () => {
      const signedIn = await logIn()
      const token = keptIn(signedIn) ?? ''
      const ending = await app.call('POST', '/v1/logout', {
        token: signedIn.body.access_token,
        headers: { ...own, cookie: `a=b; ${cookieName}=${token}` },
      })
      assert.equal(ending.status, 204)
      assert.deepEqual(ending.headers.getSetCookie(), [
        `${cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
        'latchkey_signed_in_8484.id=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
      ])
      assert.equal((await refresh(token)).body.code, 'refresh_invalid')
    })

    test('signing out leaves the cookie of whoever has signed in since', async () => {
      const first = await logIn('ada')
      const token = keptIn(await logIn('ben')) ?? ''
      const ending = await app.call('POST', '/v1/logout', {
        token: first.body.access_token,
        headers: { ...own, cookie: `${cookieName}=${token}` },
      })
      assert.deepEqual([ending.status, ending.headers.get('set-cookie')], [204, null])
      assert.equal((await refresh(token)).body.username, 'ben')
    })

    const bodies: readonly { name: string; path: string; body: object }[] = [
      { name: 'a token and a cookie', path: '/v1/refresh', body: { refresh_token: 'x', cookie: 'console' } },
      { name: 'neither', path: '/v1/refresh', body: {} },
      { name: 'a cookie with a blank', path: '/v1/refresh', body: { cookie: 'a b' } },
      { name: 'a cookie that would add an attribute', path: '/v1/refresh', body: { cookie: 'a;Domain=x' } },
      { name: 'a cookie that would add a header', path: '/v1/refresh', body: { cookie: 'a\r\nx: y' } },
      { name: 'an empty cookie', path: '/v1/refresh', body: { cookie: '' } },
      { name: 'a cookie that is true', path: '/v1/refresh', body: { cookie: true } },
      {
        name: 'a cookie that is too long, at the sign-in',
        path: '/v1/login',
        body: { username: 'ada', password: 'the password of ada', cookie: 'x'.repeat(65) },
      },
    ]
    for (const { name, path, body } of bodies) {
      test(`a request with ${name} is refused`, async () => {
        const answer = await app.call('POST', path, { body, headers: own })
        assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid'])
      })
    }
  })
}
