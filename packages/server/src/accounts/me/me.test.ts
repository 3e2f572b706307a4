import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { invite } from '../invitations/invitations.ts'
import { setPasswordHash } from '../users/store.ts'

const chosen = 'seven wet umbrellas'

for (const engine of engines) {
  describe(`one’s own account, ${engine}`, () => {
    let app: TestApp
    before(async () => {
      app = await openTestApp(engine)
    })
    after(() => app.close())

    const change = ({ token, password }: SignedIn, body: Record<string, string> = {}) =>
      app.call('POST', '/v1/me/password', {
        token,
        body: { current_password: password, password: chosen, ...body },
      })
    const signInAs = ({ username }: SignedIn, password: string) =>
      app.call('POST', '/v1/login', { body: { username, password } })
    const isSignedIn = async (token: string) => (await app.call('GET', '/v1/me', { token })).status === 200

    test('a password is changed by whoever knows the present one, and every other session ends', async () => {
      const ada = await app.signedIn('ada')
      const other = (await signInAs(ada, ada.password)).body
      assert.equal((await change(ada)).status, 204)
      assert(await isSignedIn(ada.token))
      assert.equal(await isSignedIn(other.access_token), false)
      const refresh = (token: string) => app.call('POST', '/v1/refresh', { body: { refresh_token: token } })
      assert.equal((await refresh(other.refresh_token)).body.code, 'refresh_invalid')
      assert.equal((await refresh(ada.refreshToken)).status, 200)
      assert.equal((await signInAs(ada, ada.password)).status, 401)
      assert.equal((await signInAs(ada, chosen)).status, 200)
    })

    const refused = [
      {
        name: 'a wrong present one',
        body: { current_password: 'not it' },
        status: 403,
        code: 'password_wrong',
      },
      {
        name: 'the present one in other case',
        body: { current_password: 'The password of ben' },
        status: 403,
        code: 'password_wrong',
      },
      { name: 'no present one', body: { current_password: '' }, status: 400, code: 'request_invalid' },
      { name: 'a short new one', body: { password: 'short' }, status: 400, code: 'password_unacceptable' },
      {
        name: 'a common new one',
        body: { password: 'passwordpassword' },
        status: 400,
        code: 'password_unacceptable',
      },
      {
        name: 'the own name as the new one',
        body: { password: 'benjamin benjamin' },
        status: 400,
        code: 'password_unacceptable',
      },
      { name: 'a member too many', body: { user: 'usr_1' }, status: 400, code: 'request_invalid' },
    ]
    for (const { name, body, status, code } of refused) {
      test(`a password is not changed: ${name}`, async () => {
        const ben = await signedInOnce('benjamin')
        const answer = await change(ben, body as Record<string, string>)
        assert.deepEqual([answer.status, answer.body.code], [status, code])
        assert(await isSignedIn(ben.token))
        assert.equal((await signInAs(ben, ben.password)).status, 200)
      })
    }
    const known = new Map<string, SignedIn>()
    async function signedInOnce(username: string): Promise<SignedIn> {
      const one = known.get(username) ?? (await app.signedIn(username))
      known.set(username, one)
      return one
    }

    test('wrong present passwords count as failures to sign in', async () => {
      const cleo = await app.signedIn('cleo')
      for (let n = 0; n < 5; n += 1) {
        assert.equal((await change(cleo, { current_password: 'not it' })).body.code, 'password_wrong')
      }
      assert.equal((await change(cleo)).body.code, 'too_many_requests')
      assert.equal((await signInAs(cleo, cleo.password)).status, 429)
      await app.app.activity.flushRefusals(true)
      const rows = await app.app.db.query<{ event: string }>(
        `SELECT DISTINCT event FROM activity WHERE subject = $1 AND reason = 'account_failures' ORDER BY event`,
        cleo.id,
      )
      assert.deepEqual(
        rows.map(({ event }) => event),
        ['user.change_password', 'user.sign_in'],
      )
      app.world.advance(1000)
      assert.equal((await change(cleo)).status, 204)
    })

    test('of two changes at once one succeeds, and of an invitation between, that one counts', async () => {
      const dan = await app.signedIn('dan')
      const outcomes = await Promise.all([
        change(dan, { password: 'green trams at noon' }),
        change(dan, { password: 'a ladder of wet rope' }),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), [204, 403])

      const eve = await app.signedIn('eve')
      const { hash } = app.app.passwords
      const between = await hash('set by somebody else', [])
      const first = change(eve)
      await app.app.db.transaction((tx) => setPasswordHash(tx, eve.id, between))
      assert.equal((await first).body.code, 'password_wrong')
      assert.equal((await signInAs(eve, 'set by somebody else')).status, 200)
    })

    test('an invitation that was made before the password was changed has ended', async () => {
      const nan = await app.signedIn('nan')
      const { secret } = await invite(app.app, operator, nan.id)
      assert.equal((await change(nan)).status, 204)
      const body = { invitation: secret, password: 'a ladder of wet rope' }
      const answer = await app.call('POST', '/v1/invitations/accept', { body })
      assert.equal(answer.body.code, 'invitation_invalid')
    })

    test('the list of sessions marks the one that asks, and has nobody else’s', async () => {
      const fay = await app.signedIn('fay')
      const other = (await signInAs(fay, fay.password)).body
      const { items } = (await app.call('GET', '/v1/me/sessions', { token: fay.token })).body
      assert.deepEqual(
        items.map((session) => [session.id, session.current]),
        [
          [other.session_id, false],
          [fay.sessionId, true],
        ],
      )
    })

    test('a session is told apart by the program that began it', async () => {
      const kit = await app.signedIn('kit')
      const body = { username: 'kit', password: kit.password }
      await app.call('POST', '/v1/login', { body, headers: { 'user-agent': `lamp/1 ${'x'.repeat(300)}` } })
      const { items } = (await app.call('GET', '/v1/me/sessions', { token: kit.token })).body
      assert.deepEqual(
        items.map(({ user_agent }) => user_agent),
        [`lamp/1 ${'x'.repeat(249)}`, null],
      )
    })

    test('a session is ended by its person, and by nobody else', async () => {
      const gus = await app.signedIn('gus')
      const hal = await app.signedIn('hal')
      const end = (token: string, id: string) => app.call('DELETE', `/v1/me/sessions/${id}`, { token })
      for (const id of [hal.sessionId, 'ses_0', 'x'.repeat(64)]) {
        assert.equal((await end(gus.token, id)).body.code, 'session_not_found')
      }
      assert(await isSignedIn(hal.token))
      const other = (await signInAs(gus, gus.password)).body
      assert.equal((await end(gus.token, other.session_id)).status, 204)
      assert.equal((await end(gus.token, other.session_id)).body.code, 'session_not_found')
      assert.equal(await isSignedIn(other.access_token), false)
      assert.equal((await end(gus.token, gus.sessionId)).status, 204)
      assert.equal(await isSignedIn(gus.token), false)
    })

    test('whoever signed in longer ago than five minutes ends their own session alone', async () => {
      const person = await app.signedIn('late')
      const { username, password } = person
      const { body } = await app.call('POST', '/v1/login', { body: { username, password } })
      app.world.advance(5 * 60_000)
      const fresh = (await app.call('POST', '/v1/login', { body: { username, password } })).body
      const token = (await app.call('POST', '/v1/refresh', { body: { refresh_token: body.refresh_token } }))
        .body.access_token
      app.world.advance(1)
      const end = (session: string, by: string) =>
        app.call('DELETE', `/v1/me/sessions/${session}`, { token: by })
      for (const refused of [
        await end(fresh.session_id, token),
        await app.call('POST', '/v1/me/sessions/end-others', { token }),
      ]) {
        assert.deepEqual([refused.status, refused.body.code], [401, 'insufficient_user_authentication'])
        assert.match(refused.headers.get('www-authenticate') ?? '', /max_age="300"/)
      }
      assert.equal((await app.call('GET', '/v1/me', { token: fresh.access_token })).status, 200)
      assert.equal((await end(body.session_id, token)).status, 204)
      assert.equal((await end(person.sessionId, fresh.access_token)).status, 204)
    })

    test('an account has a hundred sessions: one more ends the one that was used longest ago', async () => {
      const { username, password, ...first } = await app.signedIn('many')
      const signIn = async () => (await app.call('POST', '/v1/login', { body: { username, password } })).body
      const second = await signIn()
      app.world.advance(1000)
      const { body } = await app.call('POST', '/v1/refresh', { body: { refresh_token: first.refreshToken } })
      for (let count = 2; count < 100; count++) await signIn()
      const live = async (token: string) => (await app.call('GET', '/v1/me', { token })).status
      assert.deepEqual([await live(body.access_token), await live(second.access_token)], [200, 200])
      await signIn()
      assert.deepEqual([await live(body.access_token), await live(second.access_token)], [200, 401])
      const [row] = await app.app.db.query<{ details: string | null; reason: string }>(
        "SELECT reason FROM activity WHERE event = 'session.end' AND target = $1",
        second.session_id,
      )
      assert.equal(row?.reason, 'too_many_sessions')
    })

    test('all other sessions are ended at once', async () => {
      const ida = await app.signedIn('ida')
      const jo = await app.signedIn('jo')
      const others = [(await signInAs(ida, ida.password)).body, (await signInAs(ida, ida.password)).body]
      const path = '/v1/me/sessions/end-others'
      assert.equal((await app.call('POST', path, { token: ida.token })).status, 204)
      for (const { access_token } of others) assert.equal(await isSignedIn(access_token), false)
      assert(await isSignedIn(ida.token))
      assert(await isSignedIn(jo.token))
      assert.equal((await app.call('POST', path, { token: ida.token })).status, 204)
    })

    test('the log of one’s own doings is read by its person, and has nobody else’s', async () => {
      const lea = await app.signedIn('lea')
      await signInAs(lea, 'not it')
      const list = async (query = '') =>
        (await app.call('GET', `/v1/me/activity${query}`, { token: lea.token })).body
      const { items } = await list()
      assert.deepEqual(
        items.map(({ event, outcome, reason, subject }) => [event, outcome, reason, subject === lea.id]),
        [
          ['user.sign_in', 'refused', 'password_wrong', true],
          ['user.sign_in', 'success', null, true],
        ],
      )
      const first = await list('?limit=1')
      assert.equal(first.next, first.items[0]?.id)
      assert.deepEqual((await list(`?after=${first.next}`)).items, items.slice(1))
      assert.deepEqual((await list('?event=session.end')).items, [])
      const answer = await app.call('GET', `/v1/me/activity?subject=${lea.id}`, { token: lea.token })
      assert.equal(answer.body.code, 'request_invalid')
    })

    test('a service has no account of its own', async () => {
      const boss = await app.signedIn('boss', 'administrator')
      const body = { name: 'billing', scopes: [] }
      const service = (await app.call('POST', '/v1/services', { token: boss.token, body })).body
      const basic = Buffer.from(`${service.id}:${service.secret}`).toString('base64')
      const { access_token: token } = (
        await app.call('POST', '/oauth/token', {
          form: { grant_type: 'client_credentials' },
          headers: { authorization: `Basic ${basic}` },
        })
      ).body
      for (const [method, path] of [
        ['POST', '/v1/me/password'],
        ['GET', '/v1/me/sessions'],
        ['GET', '/v1/me/activity'],
        ['DELETE', '/v1/me/sessions/ses_0'],
        ['POST', '/v1/me/sessions/end-others'],
      ] as const) {
        const sent = path.endsWith('password') ? { body: { current_password: 'x', password: chosen } } : {}
        assert.equal((await app.call(method, path, { token, ...sent })).body.code, 'kind_not_allowed')
        assert.equal((await app.call(method, path, sent)).body.code, 'token_missing')
      }
    })

    test('has met no bug in all of this', () => assert.deepEqual(app.log.lines, []))
  })
}
