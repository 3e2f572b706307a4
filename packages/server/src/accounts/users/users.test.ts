import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { createUser, disableUser, updateUser } from './users.ts'

for (const engine of engines) {
  describe(`managing people on ${engine}`, () => {
    let app: TestApp
    let admin: string
    let helper: string
    before(async () => {
      app = await openTestApp(engine)
      admin = (await app.signedIn('root', 'administrator')).token
      const type = {
        name: 'helpdesk',
        permissions: ['users:read', 'users:write', 'user-types:write', 'services:write'],
      }
      assert.equal((await app.call('POST', '/v1/user-types', { token: admin, body: type })).status, 201)
      helper = (await app.signedIn('helper', 'helpdesk')).token
    })
    after(() => app.close())

    const create = (body: unknown, token = admin) => app.call('POST', '/v1/users', { token, body })

    test('a user is created with the invitation by which they set a password', async () => {
      const { status, body } = await create({ username: 'Ada', display_name: 'Ada L.' })
      assert.equal(status, 201)
      assert.match(body.id, /^usr_\w{26}$/)
      assert.equal(body.user_type, 'customer')
      assert.equal(body.link, `${app.app.config.issuer}/invitations/${body.invitation}`)
      const seen = await app.call('GET', `/v1/users/${body.id}`, { token: admin })
      assert.equal(seen.body.username, 'Ada')
      assert.doesNotMatch(seen.text, /invit|password|hash/)
    })

    test('another type counts at once: sessions end, and the next has the permissions of the new one', async () => {
      const kim = await app.signedIn('kim')
      const change = (body: object) => app.call('PATCH', `/v1/users/${kim.id}`, { token: admin, body })
      const { status, body } = await change({ user_type: 'administrator' })
      assert.deepEqual([status, body.user_type], [200, 'administrator'])
      assert.equal((await app.call('GET', '/v1/me', { token: kim.token })).body.code, 'token_revoked')
      const refresh = { body: { refresh_token: kim.refreshToken } }
      assert.equal((await app.call('POST', '/v1/refresh', refresh)).body.code, 'refresh_invalid')
      const again = await app.call('POST', '/v1/login', { body: { username: 'kim', password: kim.password } })
      assert.equal((await app.call('GET', '/v1/users', { token: again.body.access_token })).status, 200)
      assert.equal((await change({ user_type: 'customer' })).status, 200)
      assert.equal((await app.call('GET', '/v1/users', { token: again.body.access_token })).status, 401)
    })

    test('a display name is changed and taken away, and ends no session', async () => {
      const lou = await app.signedIn('lou')
      for (const name of ['Lou', null, 'Lou R.', 'Lou R.']) {
        const body = { display_name: name, user_type: 'customer' }
        const answer = await app.call('PATCH', `/v1/users/${lou.id}`, { token: admin, body })
        assert.deepEqual([answer.status, answer.body.display_name], [200, name])
      }
      assert.equal((await app.call('GET', '/v1/me', { token: lou.token })).body.display_name, 'Lou R.')
      const rows = await app.app.db.query<{ details: string }>(
        "SELECT details FROM activity WHERE event = 'user.update' AND target = $1",
        lou.id,
      )
      // That it changed, and not to what: names are people's own. What stays as it was is no change.
      assert.deepEqual(
        rows.map(({ details }) => JSON.parse(details)),
        Array(3).fill({ display_name: true }),
      )
    })

    const notChanges = [
      { name: 'an unknown type', body: { user_type: 'wizard' }, status: 400, code: 'user_type_unknown' },
      { name: 'a hidden name', body: { display_name: '\u202Elou' }, status: 400, code: 'request_invalid' },
      { name: 'a user name', body: { username: 'other' }, status: 400, code: 'request_invalid' },
    ]
    for (const { name, body, status, code } of notChanges) {
      test(`a user is not changed by ${name}`, async () => {
        const [{ id = '' } = {}] = await app.app.db.query<{ id: string }>(
          "SELECT id FROM users WHERE username = 'lou'",
        )
        const answer = await app.call('PATCH', `/v1/users/${id}`, { token: admin, body })
        assert.deepEqual([answer.status, answer.body.code], [status, code])
        const unknown = await app.call('PATCH', '/v1/users/usr_0', {
          token: admin,
          body: { display_name: 'x' },
        })
        assert.equal(unknown.body.code, 'user_not_found')
      })
    }

    test('a hidden name is refused by its name where no route has looked at it before', async () => {
      const change = { displayName: '\u202Elou' }
      await assert.rejects(updateUser(app.app, operator, 'usr_0', change), /the display_name must be/)
    })

    test('a user name has 200 characters at most', async () => {
      const named = (length: number) => ({ username: 'n'.repeat(length), userType: 'customer' })
      await createUser(app.app, operator, named(200))
      await assert.rejects(createUser(app.app, operator, named(201)), { code: 'request_invalid' })
    })

    const refused = [
      { name: 'the same name', body: { username: 'Ada' }, status: 409, code: 'user_exists' },
      { name: 'the same name in other case', body: { username: 'aDA' }, status: 409, code: 'user_exists' },
      { name: 'the same name in full width', body: { username: 'Ａｄａ' }, status: 409, code: 'user_exists' },
      {
        name: 'an unknown type',
        body: { username: 'new', user_type: 'wizard' },
        status: 400,
        code: 'user_type_unknown',
      },
      { name: 'no name', body: { username: '' }, status: 400, code: 'request_invalid' },
      { name: 'a blank name', body: { username: '  ' }, status: 400, code: 'request_invalid' },
      {
        name: 'a name that ends in a blank',
        body: { username: 'ada ' },
        status: 400,
        code: 'request_invalid',
      },
      {
        name: 'a name with something invisible',
        body: { username: 'a\u200bda' },
        status: 400,
        code: 'request_invalid',
      },
      {
        name: 'a name written backwards',
        body: { username: 'a\u202eda' },
        status: 400,
        code: 'request_invalid',
      },
      { name: 'half a character', body: { username: 'a\ud800' }, status: 400, code: 'request_invalid' },
      {
        name: 'a name of 201 characters',
        body: { username: 'x'.repeat(201) },
        status: 400,
        code: 'request_invalid',
      },
      {
        name: 'a password, which only its owner sets',
        body: { username: 'new', password: 'x' },
        status: 400,
        code: 'request_invalid',
      },
    ]
    for (const { name, body, status, code } of refused) {
      test(`a user is not created with ${name}`, async () => {
        const answer = await create(body)
        assert.deepEqual([answer.status, answer.body.code], [status, code])
      })
    }

    test('of 16 who take one name at once, one gets it', async () => {
      const names = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 'taken' : 'TAKEN'))
      const answers = await Promise.all(names.map((username) => create({ username })))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(15).fill(409)])
    })

    test('the list is paged without a gap and without a double', async () => {
      for (let i = 0; i < 7; i++) await create({ username: `page-${i}` })
      const whole = (await app.call('GET', '/v1/users?limit=200', { token: admin })).body.items
      const seen: string[] = []
      let next = ''
      do {
        const { body } = await app.call('GET', `/v1/users?limit=3${next && `&after=${next}`}`, {
          token: admin,
        })
        assert.ok(body.items.length <= 3)
        seen.push(...body.items.map(({ id }) => id))
        next = body.next ?? ''
      } while (next)
      assert.deepEqual(
        seen,
        whole.map(({ id }) => id),
      )
    })

    test('disabling a user ends every session, token, refresh and invitation, and enabling brings none back', async () => {
      const person = await app.signedIn('mallory')
      const more: { access_token: string; refresh_token: string }[] = []
      for (let i = 0; i < 3; i++)
        more.push(
          (await app.call('POST', '/v1/login', { body: { username: 'mallory', password: person.password } }))
            .body,
        )
      const { invitation } = (await app.call('POST', `/v1/users/${person.id}/invite`, { token: admin })).body
      assert.equal(
        (await app.call('GET', `/v1/users/${person.id}/sessions`, { token: admin })).body.items.length,
        4,
      )
      assert.equal((await app.call('POST', `/v1/users/${person.id}/disable`, { token: admin })).status, 204)

      const dead = async () => {
        for (const token of [person.token, ...more.map(({ access_token }) => access_token)])
          assert.equal((await app.call('GET', '/v1/me', { token })).body.code, 'token_revoked')
        for (const refresh_token of [person.refreshToken, ...more.map(({ refresh_token }) => refresh_token)])
          assert.equal(
            (await app.call('POST', '/v1/refresh', { body: { refresh_token } })).body.code,
            'refresh_invalid',
          )
        const accepted = await app.call('POST', '/v1/invitations/accept', {
          body: { invitation, password: person.password },
        })
        assert.equal(accepted.body.code, 'invitation_invalid')
        assert.deepEqual(
          (await app.call('GET', `/v1/users/${person.id}/sessions`, { token: admin })).body.items,
          [],
        )
      }
      await dead()
      const login = () =>
        app.call('POST', '/v1/login', { body: { username: 'mallory', password: person.password } })
      assert.equal((await login()).status, 401)
      assert.equal(
        (await app.call('POST', `/v1/users/${person.id}/disable`, { token: admin })).status,
        204,
        'twice is once',
      )
      assert.equal((await app.call('POST', `/v1/users/${person.id}/enable`, { token: admin })).status, 204)
      await dead()
      app.world.advance(1000)
      const { body } = await login()
      assert.equal((await app.call('GET', '/v1/me', { token: body.access_token })).status, 200)
    })

    test('disabling ends more sessions than one page holds', async () => {
      const user = await createUser(app.app, operator, { username: 'busy', userType: 'customer' })
      await app.app.db.transaction(async (tx) => {
        for (let i = 0; i < 450; i++)
          await tx.query(
            `INSERT INTO sessions (id, user_id, created_at, last_used_at, address, amr) VALUES ($1, $2, 0, 0, '', 'pwd')`,
            `ses_${i}`,
            user.id,
          )
      })
      await disableUser(app.app, operator, user.id)
      assert.deepEqual(
        await app.app.db.query('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', user.id),
        [],
      )
    })

    test('an administrator ends one session of a user, and not by the id of another', async () => {
      const person = await app.signedIn('walter')
      const end = (id: string) =>
        app.call('DELETE', `/v1/users/${id}/sessions/${person.sessionId}`, { token: admin })
      const other = await app.signedIn('other')
      assert.equal((await end(other.id)).body.code, 'session_not_found')
      assert.equal((await app.call('GET', '/v1/me', { token: person.token })).status, 200)
      assert.equal((await end(person.id)).status, 204)
      assert.equal((await app.call('GET', '/v1/me', { token: person.token })).body.code, 'token_revoked')
    })

    const tooMuch: { name: string; method: string; path: () => Promise<string> | string; body?: unknown }[] =
      [
        {
          name: 'a user type with a permission that one lacks',
          method: 'POST',
          path: () => '/v1/user-types',
          body: { name: 'boss', permissions: ['users:read', 'keys:write'] },
        },
        {
          name: 'an account of a type that may do more',
          method: 'POST',
          path: () => '/v1/users',
          body: { username: 'boss', user_type: 'administrator' },
        },
        {
          name: 'a service with a permission that one lacks',
          method: 'POST',
          path: () => '/v1/services',
          body: { name: 'boss', scopes: ['keys:write'] },
        },
        {
          name: 'an invitation by which one becomes an administrator',
          method: 'POST',
          path: async () => `/v1/users/${(await app.signedIn(`root-${engine}`, 'administrator')).id}/invite`,
        },
      ]
    for (const { name, method, path, body } of tooMuch) {
      test(`nobody gives away what they do not have: ${name}`, async () => {
        const answer = await app.call(method, await path(), {
          token: helper,
          ...(body !== undefined && { body }),
        })
        assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
      })
    }

    test('what one has one may give', async () => {
      const body = { name: 'reader', description: 'reads', permissions: ['users:read', 'users:read'] }
      const made = await app.call('POST', '/v1/user-types', { token: helper, body })
      assert.equal(made.status, 201)
      assert.deepEqual(made.body.permissions, ['users:read'])
      assert.equal(
        (await app.call('POST', '/v1/user-types', { token: helper, body })).body.code,
        'user_type_exists',
      )
      assert.equal((await create({ username: 'reader', user_type: 'reader' }, helper)).status, 201)
    })

    for (const body of [
      { name: 'Upper', permissions: [] },
      { name: 'x', permissions: ['fly'] },
      { name: '', permissions: [] },
      { name: 'a b', permissions: [] },
    ]) {
      test(`no user type is made of ${JSON.stringify(body)}`, async () => {
        assert.equal(
          (await app.call('POST', '/v1/user-types', { token: admin, body })).body.code,
          'request_invalid',
        )
      })
    }

    for (const path of ['', '/sessions', '/invite', '/disable', '/enable']) {
      test(`a user who does not exist is not found: /v1/users/{id}${path}`, async () => {
        const method = path === '' || path === '/sessions' ? 'GET' : 'POST'
        const answer = await app.call(method, `/v1/users/usr_nobody${path}`, { token: admin })
        if (path === '/sessions') assert.deepEqual(answer.body.items, [])
        else assert.deepEqual([answer.status, answer.body.code], [404, 'user_not_found'])
      })
    }

    test('has met no bug in all of this', () => assert.deepEqual(app.log.errors, []))
  })
}
