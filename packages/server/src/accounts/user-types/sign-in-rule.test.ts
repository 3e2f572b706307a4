import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { type Identity, operator } from '../../identity.ts'
import { findOverlongSessions, findSession } from '../../sessions/store.ts'
import { requireFactorOfType } from '../factors/administer.ts'
import { setSignInRule } from './sign-in-rule.ts'
import { changeUserType, createUserType } from './user-types.ts'

const hour = 3600
const day = 24 * hour

for (const engine of engines) {
  describe(`what a user type says of signing in, on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    before(async () => {
      app = await openTestApp(engine)
      admin = await app.signedIn('admin', 'administrator')
    })
    after(() => app.close())

    const rule = (name: string, token = admin.token) =>
      app.call('GET', `/v1/user-types/${name}/sign-in`, { token })
    const change = (name: string, body: object, token = admin.token) =>
      app.call('PATCH', `/v1/user-types/${name}/sign-in`, { token, body })
    const type = (name: string, permissions: Parameters<typeof createUserType>[2]['permissions'] = []) =>
      createUserType(app.app, operator, { name, description: '', permissions })
    const refresh = async (refreshToken: string) =>
      (await app.call('POST', '/v1/refresh', { body: { refresh_token: refreshToken } })).body
    const isLive = async ({ sessionId }: SignedIn) =>
      (await findSession(app.app.db, sessionId))?.ended_at === null

    test('a new type is closed to strangers, and has the limits of every session', async () => {
      await type('plain')
      assert.deepEqual((await rule('plain')).body, {
        self_registration: false,
        mail_code: true,
        session_idle_seconds: null,
        session_longest_seconds: null,
      })
    })

    test('what is not given stays, and null takes a limit away', async () => {
      await type('changed', ['devices:view'])
      assert.equal((await change('changed', { session_idle_seconds: hour, mail_code: false })).status, 200)
      await change('changed', { self_registration: true, session_longest_seconds: day })
      const all = { self_registration: true, mail_code: false }
      const limits = { session_idle_seconds: hour, session_longest_seconds: day }
      assert.deepEqual((await rule('changed')).body, { ...all, ...limits })
      await change('changed', { session_idle_seconds: null })
      assert.deepEqual((await rule('changed')).body, { ...all, ...limits, session_idle_seconds: null })
    })

    test('a type that gets another name keeps every rule', async () => {
      await type('old-name', ['devices:view'])
      await setSignInRule(app.app, operator, 'old-name', {
        ...{ selfRegistration: true, mailCode: false },
        ...{ sessionIdleSeconds: hour, sessionLongestSeconds: day },
      })
      await requireFactorOfType(app.app, operator, 'old-name', 7)
      const stored = async (name: string) => {
        const [row = {}] = await app.app.db.query<object>('SELECT * FROM user_types WHERE name = $1', name)
        return Object.fromEntries(
          Object.entries(row).filter(
            ([column]) => !['name', 'version', 'permissions_version'].includes(column),
          ),
        )
      }
      const before = await stored('old-name')
      // Each column that there is has another value than a new type has.
      const fresh = await stored('plain')
      for (const [column, value] of Object.entries(before)) {
        if (!['created_at', 'description'].includes(column)) assert.notEqual(value, fresh[column], column)
      }
      await changeUserType(app.app, operator, 'old-name', { name: 'new-name' })
      assert.deepEqual(await stored('new-name'), before)
    })

    const wrongs: readonly (readonly [string, object, number, string])[] = [
      ['plain', { session_idle_seconds: 599 }, 400, 'request_invalid'],
      ['plain', { session_idle_seconds: 30 * day + 1 }, 400, 'request_invalid'],
      ['plain', { session_longest_seconds: 90 * day + 1 }, 400, 'request_invalid'],
      ['plain', { session_longest_seconds: 600.5 }, 400, 'request_invalid'],
      ['plain', { self_registration: 'yes' }, 400, 'request_invalid'],
      ['plain', { self_registrations: true }, 400, 'request_invalid'],
      ['nowhere', { mail_code: false }, 404, 'user_type_not_found'],
      ['administrator', { self_registration: true }, 409, 'user_type_privileged'],
    ]
    for (const [name, body, status, code] of wrongs) {
      test(`${JSON.stringify(body)} of ${name} is refused with ${code}`, async () => {
        const answer = await change(name, body)
        assert.deepEqual([answer.status, answer.body.code], [status, code])
      })
    }

    test('strangers get nothing beyond devices of their own, also later', async () => {
      await type('visitor', ['devices:bind', 'devices:view', 'devices:control'])
      assert.equal((await change('visitor', { self_registration: true })).status, 200)
      const patch = (permissions: string[]) =>
        app.call('PATCH', '/v1/user-types/visitor', { token: admin.token, body: { permissions } })
      const raised = await patch(['devices:view', 'devices:read'])
      assert.deepEqual([raised.status, raised.body.code], [409, 'user_type_privileged'])
      assert.equal((await patch(['devices:view'])).status, 200)
      await change('visitor', { self_registration: false })
      assert.equal((await patch(['devices:view', 'devices:read'])).status, 200)
    })

    test('it takes the permission to change types, and every permission of the type', async () => {
      await type('clerk', ['users:read', 'user-types:write'])
      await type('greater', ['users:read', 'keys:write'])
      const clerk = await app.signedIn('clerk', 'clerk')
      const nobody = await app.signedIn('nobody', 'plain')
      assert.equal((await rule('plain', nobody.token)).status, 403)
      assert.equal((await change('plain', { mail_code: false }, nobody.token)).status, 403)
      assert.equal((await change('plain', { mail_code: false }, clerk.token)).status, 200)
      const refused = await change('greater', { mail_code: false }, clerk.token)
      assert.deepEqual([refused.status, refused.body.code], [403, 'permission_missing'])
      assert.equal((await rule('greater')).body.mail_code, true)
    })

    test('a session that is not used for so long ends, and one that is used goes on', async () => {
      await type('idle')
      await setSignInRule(app.app, operator, 'idle', { sessionIdleSeconds: hour })
      const [used, left] = [await app.signedIn('used', 'idle'), await app.signedIn('left', 'idle')]
      app.world.advance((hour - 1) * 1000)
      const next = await refresh(used.refreshToken)
      assert.equal(next.username, 'used')
      app.world.advance(2000)
      assert.equal((await refresh(left.refreshToken)).code, 'refresh_invalid')
      assert.equal(await isLive(left), false)
      app.world.advance((hour - 3) * 1000)
      assert.equal((await refresh(next.refresh_token)).username, 'used')
    })

    test('no session lasts longer, however much it is used, and neither do its tokens', async () => {
      await type('short')
      await setSignInRule(app.app, operator, 'short', { sessionLongestSeconds: hour })
      const person = await app.signedIn('short', 'short')
      const beganAt = app.world.now()
      app.world.advance((hour - 60) * 1000)
      const last = await refresh(person.refreshToken)
      assert.equal(decodeUnverified(last.access_token).claims.exp, beganAt / 1000 + hour)
      app.world.advance(60_000)
      assert.equal((await refresh(last.refresh_token)).code, 'refresh_invalid')
      assert.equal((await app.call('GET', '/v1/me', { token: last.access_token })).status, 401)
    })

    test('the first token of a session ends with it, too', async () => {
      await type('brief')
      await setSignInRule(app.app, operator, 'brief', { sessionLongestSeconds: 600 })
      const person = await app.signedIn('brief', 'brief')
      const { exp = 0 } = decodeUnverified(person.token).claims as Identity['claims']
      assert.ok(exp * 1000 <= app.world.now() + 600_000)
    })

    test('what nobody refreshes ends by itself, in every list and at every process', async () => {
      await type('swept')
      const [over, used] = [await app.signedIn('over', 'swept'), await app.signedIn('fresh', 'swept')]
      const other = await app.signedIn('elsewhere', 'plain')
      await setSignInRule(app.app, operator, 'swept', {
        sessionIdleSeconds: hour,
        sessionLongestSeconds: 2 * hour,
      })
      app.world.advance((hour - 1) * 1000)
      await refresh(used.refreshToken)
      await app.app.jobs.runNow()
      assert.deepEqual([await isLive(over), await isLive(used)], [true, true])
      app.world.advance(60_000)
      const beside = await openBeside(app)
      await beside.jobs.runNow()
      assert.deepEqual([await isLive(over), await isLive(used)], [false, true])
      app.world.advance(hour * 1000)
      await app.app.jobs.runNow()
      assert.deepEqual([await isLive(used), await isLive(other)], [false, true])
      const [row] = await app.app.db.query<{ end_reason: string }>(
        'SELECT end_reason FROM sessions WHERE id = $1',
        over.sessionId,
      )
      assert.equal(row?.end_reason, 'session_limit')
      assert.deepEqual(
        await findOverlongSessions(app.app.db, app.world.now(), 9),
        [],
        'what has ended is done',
      )
    })
  })
}
