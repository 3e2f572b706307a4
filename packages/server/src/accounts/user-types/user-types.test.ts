import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { eventually, openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { type Caller, operator } from '../../identity.ts'
import { permissionNames } from '../../permissions.ts'
import { mintedFor } from '../permissions/effective.ts'
import { grant } from '../permissions/grants.ts'
import { findUser } from '../users/store.ts'
import { disableUser } from '../users/users.ts'
import { changeUserType, createUserType, removeUserType } from './user-types.ts'

for (const engine of engines) {
  describe(`user types on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    before(async () => {
      app = await openTestApp(engine)
      admin = await app.signedIn('admin', 'administrator')
    })
    after(() => app.close())

    const type = (name: string, permissions: readonly (typeof permissionNames)[number][]) =>
      createUserType(app.app, operator, { name, description: '', permissions })
    const ask = (method: string, path: string, body?: unknown, headers = {}) =>
      app.call(method, path, { token: admin.token, headers, ...(body !== undefined && { body }) })
    const status = async ({ token }: { token: string }) => (await app.call('GET', '/v1/me', { token })).status
    const refreshed = async ({ refreshToken }: SignedIn) => {
      const { status, body } = await app.call('POST', '/v1/refresh', {
        body: { refresh_token: refreshToken },
      })
      assert.equal(status, 200)
      return String(body.access_token)
    }

    test('a change takes effect at once, and the sessions of the users go on', async () => {
      await type('guest', ['devices:view'])
      const ada = await app.signedIn('ada', 'guest')
      const other = await app.signedIn('other')
      const answer = await ask('PATCH', '/v1/user-types/guest', {
        permissions: ['users:read', 'devices:view'],
      })
      assert.deepEqual([answer.status, answer.body.permissions], [200, ['devices:view', 'users:read']])
      assert.equal((await app.call('GET', '/v1/me', { token: ada.token })).body.code, 'token_revoked')
      assert.equal(await status(other), 200, 'nobody else is concerned')
      // In the very second of the change.
      const token = await refreshed(ada)
      assert.equal((await app.call('GET', '/v1/users', { token })).status, 200)
      assert.deepEqual((await app.call('GET', '/v1/me', { token })).body.permissions, [
        'devices:view',
        'users:read',
      ])
    })

    test('another process refuses the tokens within the second', async () => {
      await type('far', ['devices:view'])
      const far = await app.signedIn('far', 'far')
      const beside = await openBeside(app)
      assert.equal(beside.readToken(far.token).identity.subject, far.id)
      await ask('PATCH', '/v1/user-types/far', { permissions: [] })
      await eventually(() => beside.revocations.list.size === app.app.revocations.list.size)
      assert.throws(() => beside.readToken(far.token), { code: 'token_revoked' })
      await beside.stop()
    })

    test('a token is refused whose permissions were read before the change and that was made after it', async () => {
      await type('slow', ['devices:view', 'devices:read'])
      const slow = await app.signedIn('slow', 'slow')
      const read = (await findUser(app.app.db, slow.id))!
      await ask('PATCH', '/v1/user-types/slow', { permissions: [] })
      app.world.advance(5_000)
      const { token } = await app.app.issue({
        subject: slow.id,
        kind: 'user',
        clientId: 'latchkey',
        userType: 'slow',
        sessionId: slow.sessionId,
        ...mintedFor(read, app.world.now()),
      })
      assert.equal(await status({ token }), 401)
    })

    test('going back to what was before makes no old token good, and keeps the new ones', async () => {
      await type('swing', ['devices:view'])
      const swing = await app.signedIn('swing', 'swing')
      for (const permissions of [[], ['devices:view']]) {
        assert.equal((await ask('PATCH', '/v1/user-types/swing', { permissions })).status, 200)
      }
      assert.equal(await status(swing), 401)
      assert.equal(await status({ token: await refreshed(swing) }), 200)
    })

    test('another description, or the permissions that there are, end no token', async () => {
      await type('calm', ['devices:view'])
      const calm = await app.signedIn('calm', 'calm')
      const described = await ask('PATCH', '/v1/user-types/calm', { description: 'keeps calm' })
      const same = await ask('PATCH', '/v1/user-types/calm', {
        permissions: ['devices:view', 'devices:view'],
      })
      assert.equal(described.body.description, 'keeps calm')
      assert.equal(same.headers.get('etag'), described.headers.get('etag'))
      const rows = await app.app.db.query(
        `SELECT details FROM activity WHERE event = 'user_type.change' AND target = 'calm'`,
      )
      assert.deepEqual(rows, [{ details: '{"description":true}' }])
      assert.equal(await status(calm), 200)
      await ask('PATCH', '/v1/user-types/calm', { permissions: [] })
      assert.equal(await status(calm), 401, 'also of those from before the description')
    })

    test('a type is renamed, with everybody who has it', async () => {
      await type('helper', ['devices:view'])
      const helper = await app.signedIn('helper', 'helper')
      const { status: renamed, body } = await ask('PATCH', '/v1/user-types/helper', { name: 'assistant' })
      assert.deepEqual([renamed, body.name, body.permissions], [200, 'assistant', ['devices:view']])
      assert.equal((await ask('GET', '/v1/user-types/helper')).body.code, 'user_type_not_found')
      assert.equal(await status(helper), 401, 'tokens say the old name')
      const token = await refreshed(helper)
      assert.equal((await app.call('GET', '/v1/me', { token })).body.user_type, 'assistant')
    })

    test('a type is removed, and its users get the replacement', async () => {
      await type('fitter', ['devices:read'])
      const fitter = await app.signedIn('fitter', 'fitter')
      const bare = await ask('DELETE', '/v1/user-types/fitter')
      assert.deepEqual([bare.status, bare.body.code], [409, 'user_type_in_use'])
      const { status: removed, body } = await ask('DELETE', '/v1/user-types/fitter?replacement=customer')
      assert.deepEqual([removed, body], [200, { moved: 1 }])
      assert.equal(await status(fitter), 401)
      const me = await app.call('GET', '/v1/me', { token: await refreshed(fitter) })
      assert.equal(me.body.user_type, 'customer')
      // One of the same name is another one: what was revoked of the first does not concern it.
      await type('fitter', ['devices:read'])
      assert.equal(await status(await app.signedIn('fitter-2', 'fitter')), 200)
    })

    test('a type that nobody has needs no replacement', async () => {
      await type('unused', [])
      assert.deepEqual((await ask('DELETE', '/v1/user-types/unused')).body, { moved: 0 })
    })

    const refused = [
      {
        name: 'a type that is not there',
        method: 'PATCH',
        path: 'nobody',
        body: {},
        code: 'user_type_not_found',
      },
      {
        name: 'to remove one that is not there',
        method: 'DELETE',
        path: 'nobody',
        code: 'user_type_not_found',
      },
      { name: 'a name that is taken', path: 'plain', body: { name: 'customer' }, code: 'user_type_exists' },
      { name: 'a name in capitals', path: 'plain', body: { name: 'Plain' }, code: 'request_invalid' },
      {
        name: 'a permission that is none',
        path: 'plain',
        body: { permissions: ['x:y'] },
        code: 'request_invalid',
      },
      {
        name: 'a description with a line break',
        path: 'plain',
        body: { description: 'a\nb' },
        code: 'request_invalid',
      },
      { name: 'a member that is none', path: 'plain', body: { colour: 'red' }, code: 'request_invalid' },
      {
        name: 'a replacement that is not there',
        method: 'DELETE',
        path: 'plain?replacement=nobody',
        code: 'user_type_unknown',
      },
      {
        name: 'the type itself as replacement',
        method: 'DELETE',
        path: 'plain?replacement=plain',
        code: 'user_type_unknown',
      },
      {
        name: 'an old version',
        path: 'plain',
        body: { description: 'x' },
        ifMatch: '"0"',
        code: 'precondition_failed',
      },
      {
        name: 'a weak version',
        path: 'plain',
        body: { description: 'x' },
        ifMatch: 'W/"1"',
        code: 'precondition_failed',
      },
      {
        name: 'to remove an old version',
        method: 'DELETE',
        path: 'plain',
        ifMatch: '"0"',
        code: 'precondition_failed',
      },
      {
        name: 'the only type with everything, less',
        path: 'administrator',
        body: { permissions: ['users:write'] },
        code: 'last_administrator',
      },
      {
        name: 'to remove that type',
        method: 'DELETE',
        path: 'administrator?replacement=plain',
        code: 'last_administrator',
      },
    ]
    for (const { name, method = 'PATCH', path, body, ifMatch, code } of refused) {
      test(`refused is ${name}`, async () => {
        await type('plain', []).catch(() => {})
        const before = (await ask('GET', '/v1/user-types')).text
        const answer = await ask(
          method,
          `/v1/user-types/${path}`,
          body,
          ifMatch ? { 'if-match': ifMatch } : {},
        )
        assert.equal(answer.body.code, code)
        assert.equal((await ask('GET', '/v1/user-types')).text, before)
      })
    }

    test('of two who change one version, at two processes, the second is told', async () => {
      const { version } = await type('shared', [])
      const beside = await openBeside(app)
      const changed = await Promise.allSettled(
        [app.app, beside].map((at, index) =>
          changeUserType(at, operator, 'shared', { description: `by ${index}` }, [version]),
        ),
      )
      assert.deepEqual(changed.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      await beside.stop()
    })

    test('nobody changes a type whose users hold more than they do', async () => {
      const weakPermissions = ['user-types:write', 'users:read', 'devices:view'] as const
      await type('keeper', weakPermissions)
      await type('small', ['devices:view'])
      const keeper = await app.signedIn('keeper', 'keeper')
      const small = await app.signedIn('small', 'small')
      const { identity } = app.app.readToken(keeper.token)
      const weak: Caller = { kind: 'caller', identity, client: { address: '127.0.0.1' } }
      const gives = changeUserType(app.app, weak, 'small', { permissions: ['keys:write'] })
      await assert.rejects(gives, { code: 'permission_missing' })
      const replaces = removeUserType(app.app, weak, 'small', 'administrator')
      await assert.rejects(replaces, { code: 'permission_missing' })
      await changeUserType(app.app, weak, 'small', { permissions: ['users:read'] })
      const more = { kind: 'grant', permission: 'keys:read', reason: 'for a day' } as const
      await grant(app.app, operator, small.id, { ...more, until: app.world.now() + 1000 })
      const takes = () => changeUserType(app.app, weak, 'small', { permissions: [] })
      await assert.rejects(takes(), { code: 'permission_missing' })
      app.world.advance(1000)
      await takes()
    })

    test('of two types with everything, one keeps it, also if both lose it at once at two processes', async () => {
      const all = [...permissionNames]
      await type('boss', all)
      const boss = await app.signedIn('boss', 'boss')
      const beside = await openBeside(app)
      const less = { permissions: all.filter((one) => one !== 'keys:write') }
      const outcomes = await Promise.allSettled([
        changeUserType(app.app, operator, 'administrator', less),
        changeUserType(beside, operator, 'boss', less),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      for (const name of ['administrator', 'boss']) {
        await changeUserType(app.app, operator, name, { permissions: all })
      }
      // The type would stay, but nobody who has it.
      const gone = await Promise.allSettled([
        disableUser(app.app, operator, admin.id),
        changeUserType(beside, operator, 'boss', less),
      ])
      assert.deepEqual(gone.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      await beside.stop()
      assert.ok(boss)
    })
  })

  test(`a version that knows a new permission gives it to those who had all, once, on ${engine}`, async () => {
    const app = await openTestApp(engine)
    const { db } = app.app
    await createUserType(app.app, operator, { name: 'auditor', description: '', permissions: ['users:read'] })
    const fresh = 'devices:control'
    await db.transaction(async (tx) => {
      await tx.query('DELETE FROM known_permissions WHERE name = $1', fresh)
      const rest = permissionNames.filter((name) => name !== fresh).join(' ')
      await tx.query("UPDATE user_types SET permissions = $1 WHERE name = 'administrator'", rest)
    })
    const started = await Promise.all([openBeside(app), openBeside(app)])
    const types = await db.query<{ name: string; permissions: string }>(
      'SELECT * FROM user_types ORDER BY name',
    )
    const has = types
      .filter(({ permissions }) => permissions.split(' ').includes(fresh))
      .map(({ name }) => name)
    assert.deepEqual(has, ['administrator', 'customer'])
    const told = await db.query("SELECT target FROM activity WHERE reason = 'new_permissions'")
    assert.deepEqual(told, [{ target: 'administrator' }])
    for (const process of started) await process.stop()
    await app.close()
  })
}
