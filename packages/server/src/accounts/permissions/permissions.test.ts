import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { eventually, openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { user } from '../../activity/events.ts'
import { type Caller, operator } from '../../identity.ts'
import { permissionNames } from '../../permissions.ts'
import { importPeople } from '../transfer/import-people.ts'
import { changeUserType, createUserType, removeUserType } from '../user-types/user-types.ts'
import { createUser, updateUser } from '../users/users.ts'
import { grant, withdraw } from './grants.ts'
import { insertGrant } from './store.ts'

const minute = 60_000

for (const engine of engines) {
  describe(`grants and denials on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    before(async () => {
      app = await openTestApp(engine)
      admin = await app.signedIn('admin', 'administrator')
    })
    after(() => app.close())

    const asAdmin = async () => {
      const { username, password } = admin
      return String((await app.call('POST', '/v1/login', { body: { username, password } })).body.access_token)
    }
    const ask = async (method: string, path: string, body?: unknown) =>
      app.call(method, path, { token: await asAdmin(), ...(body !== undefined && { body }) })
    const give = (id: string, body: object) =>
      ask('POST', `/v1/users/${id}/grants`, { kind: 'grant', reason: 'a reason', ...body })
    const until = (ms: number) => new Date(app.world.now() + ms).toISOString()
    const refreshed = async (person: SignedIn) => {
      const { body } = await app.call('POST', '/v1/refresh', { body: { refresh_token: person.refreshToken } })
      Object.assign(person, { token: body.access_token, refreshToken: body.refresh_token })
      return body
    }
    const mayListUsers = async ({ token }: SignedIn) => (await app.call('GET', '/v1/users', { token })).status
    const callerOf = ({ token }: SignedIn): Caller => ({
      kind: 'caller',
      identity: app.app.readToken(token).identity,
      client: { address: '127.0.0.1' },
    })

    test('a grant takes effect at once, here and at another process, and is taken back', async () => {
      const ada = await app.signedIn('ada')
      const beside = await openBeside(app)
      const { status, body } = await give(ada.id, { permission: 'users:read' })
      assert.deepEqual(
        [status, body.created_by, body.until],
        [201, { id: admin.id, username: 'admin' }, null],
      )
      assert.equal(await mayListUsers(ada), 401, 'the token says what was before')
      await eventually(() => beside.revocations.list.size === app.app.revocations.list.size)
      assert.throws(() => beside.readToken(ada.token), { code: 'token_revoked' })
      await refreshed(ada)
      assert.equal(await mayListUsers(ada), 200)
      assert.equal((await ask('DELETE', `/v1/users/${ada.id}/grants/${body.id}`)).status, 204)
      assert.equal(await mayListUsers(ada), 401)
      await refreshed(ada)
      assert.equal(await mayListUsers(ada), 403)
      await beside.stop()
    })

    test('a denial wins over type and grant, at sign-in too', async () => {
      await createUserType(app.app, operator, { name: 'clerk', description: '', permissions: ['users:read'] })
      const ben = await app.signedIn('ben', 'clerk')
      await give(ben.id, { permission: 'users:read' })
      await give(ben.id, { permission: 'users:read', kind: 'denial', until: until(minute) })
      const body = { username: 'ben', password: ben.password }
      const signedIn = (await app.call('POST', '/v1/login', { body })).body
      assert.equal(await mayListUsers({ ...ben, token: signedIn.access_token }), 403)
      assert.ok(Number(signedIn.expires_in) <= 60, 'its end gives something back')
      const shown = await ask('GET', `/v1/users/${ben.id}/permissions`)
      const items = shown.body.items as unknown as readonly Shown[] // held to its schema
      assert.deepEqual(
        items.map(({ permission, allowed, rules }) => [permission, allowed, rules.map(({ kind }) => kind)]),
        [['users:read', false, ['denial', 'user_type', 'grant']]],
      )
    })

    test('a grant ends at its moment: no token outlives it, and no clock skew is tolerated here', async () => {
      const cyd = await app.signedIn('cyd')
      await give(cyd.id, { permission: 'users:read', until: until(20_000) })
      assert.equal((await refreshed(cyd)).expires_in, 20)
      app.world.advance(19_999)
      assert.equal(await mayListUsers(cyd), 200)
      app.world.advance(1)
      assert.equal(await mayListUsers(cyd), 401)
      assert.deepEqual((await ask('GET', `/v1/users/${cyd.id}/grants`)).body.items, [])
      assert.equal((await refreshed(cyd)).expires_in, 300)
      assert.equal(await mayListUsers(cyd), 403)
      const { id } = (
        await app.app.db.query<{ id: string }>('SELECT id FROM user_grants WHERE user_id = $1', cyd.id)
      )[0]!
      const withdrawn = withdraw(app.app, operator, cyd.id, id)
      await assert.rejects(withdrawn, { code: 'grant_not_found' })
      await app.app.jobs.runNow(minute)
      await app.app.jobs.runNow(minute)
      const ends = await app.app.db.query(
        "SELECT id FROM activity WHERE event = 'user.end_grant' AND target = $1",
        cyd.id,
      )
      assert.equal(ends.length, 1)
      assert.deepEqual((await ask('GET', `/v1/users/${cyd.id}/grants`)).body.items, [])
    })

    test('however many are over, one sweep removes them all, each with its row in the log', async () => {
      const { db, world, jobs } = app.app
      const common = { reason: 'many', created_by: null, created_at: 0, until: world.now() + 1 }
      let given = 0
      while (given < 450) {
        const { id } = await createUser(app.app, operator, { username: `eva${given}`, userType: 'customer' })
        await db.transaction(async (tx) => {
          for (const permission of permissionNames) {
            for (const kind of ['grant', 'denial'] as const) {
              given += 1
              await insertGrant(tx, { ...common, id: `grt_many${given}`, user_id: id, permission, kind })
            }
          }
        })
      }
      app.world.advance(1)
      await jobs.runNow(minute)
      assert.deepEqual(await db.query("SELECT id FROM user_grants WHERE reason = 'many'"), [])
      const ends = await db.query(
        "SELECT id FROM activity WHERE event = 'user.end_grant' AND details LIKE '%grt_many%'",
      )
      assert.equal(ends.length, given)
    })

    test('one that is over makes room for another, swept or not', async () => {
      const dan = await app.signedIn('dan')
      const one = { permission: 'users:read', until: until(1000) }
      assert.equal((await give(dan.id, one)).status, 201)
      app.world.advance(1000)
      assert.equal((await give(dan.id, { permission: 'users:read' })).status, 201)
    })

    const refusedGrants = [
      {
        name: 'an end that is past',
        body: { permission: 'users:read', until: '2020-01-01T00:00:00Z' },
        code: 'request_invalid',
      },
      { name: 'no reason', body: { permission: 'users:read', reason: '' }, code: 'request_invalid' },
      {
        name: 'a reason of blanks',
        body: { permission: 'users:read', reason: '   ' },
        code: 'request_invalid',
      },
      { name: 'a permission that is none', body: { permission: 'x:y' }, code: 'request_invalid' },
      {
        name: 'a kind that is none',
        body: { permission: 'users:read', kind: 'gift' },
        code: 'request_invalid',
      },
      {
        name: 'a day that is none',
        body: { permission: 'users:read', until: '2030-02-30T00:00:00Z' },
        code: 'request_invalid',
      },
      { name: 'a second one for the same', body: { permission: 'devices:read' }, code: 'grant_exists' },
    ]
    for (const { name, body, code } of refusedGrants) {
      test(`refused is a grant with ${name}`, async () => {
        const person = await app.signedIn(`granted-${name.replaceAll(' ', '-')}`)
        await give(person.id, { permission: 'devices:read' })
        assert.equal((await give(person.id, body)).body.code, code)
        assert.equal((await ask('GET', `/v1/users/${person.id}/grants`)).body.items.length, 1)
      })
    }

    test('refused is a grant that ends at this very moment, and made is one that ends with the next', async () => {
      const { id } = await app.signedIn('granted-until-now')
      const one = { permission: 'devices:read', until: until(0) }
      assert.equal((await give(id, one)).body.code, 'request_invalid')
      assert.equal((await give(id, { ...one, until: until(1) })).status, 201)
    })

    test('refused is a second one while the first has an end that is to come, and made is one from there on', async () => {
      const { id } = await app.signedIn('granted-for-a-minute')
      const until = new Date(app.world.now() + 60_000).toISOString()
      const one = { permission: 'devices:read', until }
      assert.equal((await give(id, one)).status, 201)
      app.world.advance(59_999)
      assert.equal((await give(id, { permission: 'devices:read' })).body.code, 'grant_exists')
      app.world.advance(1)
      assert.equal((await give(id, { permission: 'devices:read' })).status, 201)
    })

    test('refused are a user and a grant that are not there, and the grant of somebody else', async () => {
      const eve = await app.signedIn('eve')
      const other = await app.signedIn('other')
      const { body } = await give(other.id, { permission: 'users:read' })
      const answers = await Promise.all([
        give('usr_nobody', { permission: 'users:read' }),
        ask('GET', '/v1/users/usr_nobody/permissions'),
        ask('GET', '/v1/users/usr_nobody/grants'),
        ask('DELETE', `/v1/users/${eve.id}/grants/grt_nothing`),
        ask('DELETE', `/v1/users/${eve.id}/grants/${body.id}`),
      ])
      assert.deepEqual(
        answers.map((answer) => answer.body.code),
        ['user_not_found', 'user_not_found', 'user_not_found', 'grant_not_found', 'grant_not_found'],
      )
    })

    test('nobody grants, denies or withdraws what they do not hold, to themselves neither', async () => {
      await createUserType(app.app, operator, {
        name: 'helpdesk',
        description: '',
        permissions: ['users:write', 'devices:bind', 'devices:view', 'devices:control', 'users:read'],
      })
      const helper = await app.signedIn('helper', 'helpdesk')
      const gil = await app.signedIn('gil')
      const more = { reason: 'a reason', until: null }
      for (const id of [gil.id, helper.id]) {
        for (const kind of ['grant', 'denial'] as const) {
          const given = grant(app.app, callerOf(helper), id, { ...more, kind, permission: 'keys:write' })
          await assert.rejects(given, { code: 'permission_missing' })
        }
      }
      // Whoever is denied something does not take it back, nor from somebody else.
      const denied = { ...more, kind: 'denial', permission: 'users:read' } as const
      const own = await grant(app.app, operator, helper.id, denied)
      const foreign = await grant(app.app, operator, gil.id, denied)
      await refreshed(helper)
      await assert.rejects(withdraw(app.app, callerOf(helper), helper.id, own.id), {
        code: 'permission_missing',
      })
      await assert.rejects(withdraw(app.app, callerOf(helper), gil.id, foreign.id), {
        code: 'permission_missing',
      })
    })

    test('who is denied something for a while is not acted on by somebody without it', async () => {
      await createUserType(app.app, operator, { name: 'desk', description: '', permissions: ['users:write'] })
      await createUserType(app.app, operator, {
        name: 'seer',
        description: '',
        permissions: ['users:write', 'keys:read'],
      })
      const desk = await app.signedIn('desk', 'desk')
      const seer = await app.signedIn('seer', 'seer')
      const rest = {
        permission: 'keys:read',
        kind: 'denial',
        reason: 'on leave',
        until: app.world.now() + minute,
      } as const
      await grant(app.app, operator, seer.id, rest)
      const change = updateUser(app.app, callerOf(desk), seer.id, { displayName: 'Mine' })
      await assert.rejects(change, { code: 'permission_missing' })
    })

    test('the last administrator is denied nothing, and of two who deny each other at two processes one is', async () => {
      const denial = { kind: 'denial', permission: 'keys:write', reason: 'a reason', until: null } as const
      await assert.rejects(grant(app.app, operator, admin.id, denial), { code: 'last_administrator' })
      const second = await app.signedIn('second', 'administrator')
      const beside = await openBeside(app)
      const outcomes = await Promise.allSettled([
        grant(app.app, operator, admin.id, denial),
        grant(beside, operator, second.id, { ...denial, until: app.world.now() + minute }),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') {
          await withdraw(app.app, operator, index === 0 ? admin.id : second.id, outcome.value.id)
        }
      }
      await beside.stop()
    })
  })

  test(`what somebody could do at any moment of the past is what was shown then, on ${engine}`, async () => {
    const app = await openTestApp(engine)
    const { token } = await app.signedIn('admin', 'administrator')
    await createUserType(app.app, operator, { name: 'guest', description: '', permissions: ['devices:view'] })
    const ada = await app.signedIn('ada', 'guest')
    const twin = await app.signedIn('twin')
    const show = async (id: string, at?: number) => {
      const query = at === undefined ? '' : `?at=${new Date(at).toISOString()}`
      const { status, body } = await app.call('GET', `/v1/users/${id}/permissions${query}`, { token })
      assert.equal(status, 200)
      const { at: _, ...rest } = body
      return rest
    }
    const more = { reason: 'a reason' }
    let granted = ''
    const steps: (() => Promise<unknown>)[] = [
      async () => {},
      () => changeUserType(app.app, operator, 'guest', { permissions: ['devices:view', 'users:read'] }),
      async () => {
        const until = app.world.now() + 10_000
        const one = { ...more, kind: 'grant', permission: 'keys:read', until } as const
        granted = (await grant(app.app, operator, ada.id, one)).id
      },
      () =>
        grant(app.app, operator, ada.id, { ...more, kind: 'denial', permission: 'users:read', until: null }),
      () => changeUserType(app.app, operator, 'guest', { name: 'visitor', permissions: ['devices:read'] }),
      () =>
        createUserType(app.app, operator, { name: 'guest', description: '', permissions: ['keys:write'] }),
      () => withdraw(app.app, operator, ada.id, granted),
      () =>
        grant(app.app, operator, ada.id, {
          ...more,
          kind: 'grant',
          permission: 'keys:read',
          until: app.world.now() + 1500,
        }),
      async () => {},
      async () => {
        app.world.advance(minute)
        await app.app.jobs.runNow(minute)
      },
      // Twin was a customer all along, ada becomes one.
      () => removeUserType(app.app, operator, 'visitor', 'customer'),
      () => updateUser(app.app, operator, ada.id, { userType: 'guest' }),
      () => changeUserType(app.app, operator, 'customer', { permissions: ['devices:bind'] }),
      () => removeUserType(app.app, operator, 'customer', 'guest'),
      () => changeUserType(app.app, operator, 'guest', { name: 'customer', permissions: [] }),
      // More events about one person than are read at once.
      () =>
        app.app.db.transaction(async (tx) => {
          const details = { display_name: true }
          for (let at = 0; at < 500; at += 1)
            await app.app.activity.record(tx, operator, 'user.update', user(ada.id), { details })
        }),
    ]
    const moments: { at: number; ada: unknown; twin: unknown }[] = []
    for (const step of steps) {
      await step()
      moments.push({ at: app.world.now(), ada: await show(ada.id), twin: await show(twin.id) })
      app.world.advance(1000)
    }
    for (const [index, moment] of moments.entries()) {
      assert.deepEqual(await show(ada.id, moment.at), moment.ada, `ada after step ${index}`)
      assert.deepEqual(await show(twin.id, moment.at), moment.twin, `twin after step ${index}`)
    }
    assert.deepEqual(await show(ada.id, moments[0]!.at - 1_000_000), {
      ...{ known: true, log_begins_at: null, user_type: null, items: [], next: null },
    })
    const { status } = await app.call(
      'GET',
      `/v1/users/${ada.id}/permissions?at=${new Date(app.world.now()).toISOString()}`,
      { token },
    )
    assert.equal(status, 200, 'the present moment is none to come')
    const ahead = `/v1/users/${ada.id}/permissions?at=${new Date(app.world.now() + 1).toISOString()}`
    assert.equal((await app.call('GET', ahead, { token })).body.code, 'request_invalid')
    // A log that does not go back that far says so.
    await app.app.db.transaction((tx) => tx.query('DELETE FROM activity WHERE at <= $1', moments[3]!.at))
    const cut = await show(ada.id, moments[3]!.at)
    assert.deepEqual([cut.known, cut.user_type, cut.items], [false, null, []])
    assert.equal(cut.log_begins_at, new Date(moments[4]!.at).toISOString())
    assert.deepEqual(await show(ada.id, moments[4]!.at), moments[4]!.ada)
    await app.close()
  })

  test(`whoever was imported with an older time of creation could do nothing before the import, on ${engine}`, async () => {
    const app = await openTestApp(engine)
    const { token } = await app.signedIn('admin', 'administrator')
    const begunAt = app.world.now()
    app.world.advance(1000)
    const old = { username: 'old-hand', displayName: null, passwordHash: null, isDisabled: false }
    const person = { ...old, userType: 'customer', createdAt: begunAt - 86_400_000 }
    await importPeople(app.app, operator, [person], { userType: 'customer' })
    const [row] = await app.app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'old-hand'")
    const at = async (ms: number) => {
      const query = new URLSearchParams({ at: new Date(ms).toISOString() })
      return (await app.call('GET', `/v1/users/${row?.id}/permissions?${query}`, { token })).body
    }
    const [past, now] = [await at(begunAt), await at(app.world.now())]
    assert.deepEqual([past.known, past.user_type, past.items], [true, null, []])
    assert.deepEqual([now.known, now.user_type], [true, 'customer'])
    await app.close()
  })
}

interface Shown {
  readonly permission: string
  readonly allowed: boolean
  readonly rules: readonly { readonly kind: string }[]
}
