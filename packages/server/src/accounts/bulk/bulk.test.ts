import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { ownPermissions } from '../../permissions.ts'
import { importPeople } from '../transfer/import-people.ts'
import { createUserType } from '../user-types/user-types.ts'
import { disableUser, enableUser } from '../users/users.ts'
import { actOnEach, mostPeople } from './bulk.ts'

for (const engine of engines) {
  describe(`the same done to several people, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    const people: SignedIn[] = []
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('admin', 'administrator')
      for (const name of ['ada', 'ben', 'cleo']) people.push(await house.signedIn(name))
      await createUserType(house.app, operator, {
        ...{ name: 'helpdesk', description: '', permissions: ['users:write', ...ownPermissions] },
      })
    })
    after(() => house.close())

    const ids = () => people.map(({ id }) => id)
    const bulk = (body: object, { token } = admin) => house.call('POST', '/v1/users/bulk', { token, body })
    const isSignedIn = async ({ token }: SignedIn) =>
      (await house.call('GET', '/v1/me', { token })).status === 200
    const eventsOf = async (id: string) => {
      const sql = `SELECT event, subject FROM activity WHERE target = $1 ORDER BY id DESC LIMIT 3`
      return house.app.db.query<{ event: string; subject: string | null }>(sql, id)
    }
    const read = async (id: string) =>
      (await house.call('GET', `/v1/users/${id}`, { token: admin.token })).body

    test('each is disabled and enabled, with the rows of the log that one has', async () => {
      const { status, body } = await bulk({ action: 'disable', ids: ids() })
      assert.deepEqual([status, body.done, body.refused], [200, 3, 0])
      assert.deepEqual(
        body.items.map(({ id, username, code, detail }) => [id, username, code, detail]),
        people.map(({ id, username }) => [id, username, null, null]),
      )
      for (const person of people) {
        assert.equal(await isSignedIn(person), false)
        assert.deepEqual((await eventsOf(person.id))[0], { event: 'user.disable', subject: admin.id })
      }
      assert.equal((await bulk({ action: 'enable', ids: ids() })).body.done, 3)
      for (const { id } of people) assert.equal((await read(id)).disabled_at, null)
    })

    test('sessions are ended, the type is set, and accounts are deleted after days of grace', async () => {
      const [ada] = people as [SignedIn]
      const { access_token: token } = (
        await house.call('POST', '/v1/login', { body: { username: 'ada', password: ada.password } })
      ).body
      assert.equal((await bulk({ action: 'end_sessions', ids: [ada.id] })).body.done, 1)
      assert.equal((await house.call('GET', '/v1/me', { token })).body.code, 'token_revoked')
      assert.equal((await bulk({ action: 'set_type', user_type: 'helpdesk', ids: ids() })).body.done, 3)
      assert.equal((await read(ada.id)).user_type, 'helpdesk')
      await bulk({ action: 'set_type', user_type: 'customer', ids: ids() })
      const at = (days: number) => new Date(house.world.now() + days * 86_400_000).toISOString()
      await bulk({ action: 'delete', ids: [ada.id] })
      assert.equal((await read(ada.id)).delete_at, at(30))
      await bulk({ action: 'delete', grace_days: 7, ids: [ada.id] })
      assert.equal((await read(ada.id)).delete_at, at(7))
      const { items } = (await bulk({ action: 'enable', ids: ids() })).body
      assert.deepEqual(
        items.map(({ code }) => code),
        ['deletion_scheduled', null, null],
      )
      await house.call('POST', `/v1/users/${ada.id}/undelete`, { token: admin.token })
      await enableUser(house.app, operator, ada.id)
    })

    test('invitations are shown once, each with its end, and work', async () => {
      const [ada, ben] = people as [SignedIn, SignedIn]
      await disableUser(house.app, operator, ben.id)
      const { items } = (await bulk({ action: 'invite', ids: [ada.id, ben.id] })).body
      assert.deepEqual(
        items.map(({ code, link }) => [code, typeof link]),
        [
          [null, 'string'],
          ['account_disabled', 'undefined'],
        ],
      )
      const invitation = String(items[0]?.link).split('/').at(-1)
      const body = { invitation, password: 'a ladder of wet rope' }
      assert.equal((await house.call('POST', '/v1/invitations/accept', { body })).status, 200)
      await enableUser(house.app, operator, ben.id)
    })

    test('who is there twice is acted on once, and who is not there is told', async () => {
      const [, ben] = people as [SignedIn, SignedIn]
      const { body } = await bulk({ action: 'end_sessions', ids: ['usr_0', ben.id, ben.id] })
      assert.deepEqual(
        body.items.map(({ id, username, code }) => [id, username, code]),
        [
          ['usr_0', null, 'user_not_found'],
          [ben.id, 'ben', null],
        ],
      )
    })

    const refused: readonly [string, object][] = [
      ['nobody', { ids: [] }],
      ['no choice', {}],
      ['a count without filters', { count: 3 }],
      ['filters without a count', { matching: {} }],
      ['ids and filters', { ids: ['usr_1'], matching: {}, count: 1 }],
      ['ids and a count', { ids: ['usr_1'], count: 1 }],
      ['1,001 people', { ids: Array.from({ length: mostPeople + 1 }, (_, at) => `usr_${at}`) }],
      ['an action that there is not', { action: 'promote', ids: ['usr_1'] }],
      ['a type for another action', { user_type: 'customer', ids: ['usr_1'] }],
      ['days of grace for another action', { grace_days: 3, ids: ['usr_1'] }],
      ['no type', { action: 'set_type', ids: ['usr_1'] }],
      ['days of grace that are too many', { action: 'delete', grace_days: 366, ids: ['usr_1'] }],
      ['a filter that there is not', { matching: { colour: 'red' }, count: 1 }],
      ['a count that is none', { matching: {}, count: -1 }],
    ]
    for (const [name, body] of refused) {
      test(`a request is refused whole: ${name}`, async () => {
        const answer = await bulk({ action: 'disable', ...body })
        assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid'])
      })
    }

    test('nobody does it without users:write, or by filters without users:read', async () => {
      const [ada, ben] = people as [SignedIn, SignedIn]
      const token = (
        await house.call('POST', '/v1/login', { body: { username: 'ben', password: ben.password } })
      ).body.access_token
      const body = { action: 'disable', ids: [ada.id] }
      const plain = await house.call('POST', '/v1/users/bulk', { token, body })
      assert.equal(plain.body.code, 'permission_missing')
      const helper = await house.signedIn('finds nobody', 'helpdesk')
      const byFilter = await bulk({ action: 'disable', matching: { text: 'cleo' }, count: 1 }, helper)
      assert.equal(byFilter.body.code, 'permission_missing')
      assert.equal((await read(people[2]!.id)).disabled_at, null)
    })

    test('nobody acts on who may do more, and it is in the log', async () => {
      const helper = await house.signedIn('helper2', 'helpdesk')
      const { body } = await bulk({ action: 'disable', ids: [admin.id, people[2]!.id] }, helper)
      assert.deepEqual(
        body.items.map(({ code }) => code),
        ['permission_missing', null],
      )
      assert(await isSignedIn(admin))
      await house.app.activity.flushRefusals(true)
      const rows = await house.app.db.query<{ reason: string; details: string }>(
        `SELECT reason, details FROM activity WHERE event = 'access.refuse' AND subject = $1`,
        helper.id,
      )
      assert.equal(rows[0]?.reason, 'permission_missing')
      assert.match(rows[0]?.details ?? '', /POST \/v1\/users\/bulk/)
      const promote = { action: 'set_type', user_type: 'administrator', ids: [people[1]!.id] }
      assert.equal((await bulk(promote, helper)).body.items[0]?.code, 'permission_missing')
      await enableUser(house.app, operator, people[2]!.id)
    })

    test('whoever asks is left out, whatever is asked', async () => {
      for (const action of ['disable', 'end_sessions', 'delete', 'invite']) {
        const { items } = (await bulk({ action, ids: [admin.id] })).body
        assert.equal(items[0]?.code, 'own_account', action)
      }
      assert(await isSignedIn(admin))
    })

    test('one who can administer remains, also when two are cut off at once by two processes', async () => {
      const beside = await openBeside(house)
      const others: SignedIn[] = []
      for (const name of ['one', 'two']) others.push(await house.signedIn(name, 'administrator'))
      const chosen = [admin, ...others].map(({ id, username }) => ({ id, username }))
      const all = async (app: typeof beside, given: typeof chosen) => {
        const codes: string[] = []
        for await (const one of actOnEach(app, operator, { kind: 'disable' }, given)) {
          codes.push(one.kind === 'refused' ? one.code : 'done')
        }
        return codes
      }
      const codes = await Promise.all([all(house.app, chosen), all(beside, chosen.toReversed())])
      assert.ok(codes.flat().includes('last_administrator'))
      const [{ count }] = (await house.app.db.query<{ count: number }>(
        `SELECT COUNT(*) AS count FROM users WHERE user_type = 'administrator' AND disabled_at IS NULL`,
      )) as [{ count: number }]
      assert.equal(count, 1)
      for (const { id } of chosen) await enableUser(house.app, operator, id)
      await beside.stop()
      admin = await house.signedIn('admin-again', 'administrator')
    })

    test('what makes it stop keeps it from everybody who comes after', async () => {
      const chosen = people.map(({ id, username }) => ({ id, username }))
      let asked = 0
      const stop = () => (asked++ === 1 ? new Refusal('stopping', 'no more') : undefined)
      const codes: string[] = []
      for await (const one of actOnEach(house.app, operator, { kind: 'disable' }, chosen.slice(0, 2), stop)) {
        codes.push(one.kind === 'refused' ? one.code : 'done')
      }
      assert.deepEqual(codes, ['done', 'stopping'])
      await enableUser(house.app, operator, people[0]!.id)
      // A request whose caller is disabled by it, as another administrator would do meanwhile.
      const other = await house.signedIn('other', 'administrator')
      const { db } = house.app
      const { transaction } = db
      let count = 0
      db.transaction = async (work) => {
        count += 1
        if (count === 2)
          await transaction.call(db, (tx) => house.app.revocations.revoke(tx, 'session', other.sessionId))
        return transaction.call(db, work) as never
      }
      try {
        const { items } = (await bulk({ action: 'end_sessions', ids: ids() }, other)).body
        assert.deepEqual(
          items.map(({ code }) => code),
          [null, null, 'token_revoked'],
        )
      } finally {
        db.transaction = transaction
      }
    })

    test('what fails for one is told without its cause, is in the log of the server, and the others are acted on', async (t) => {
      const [ada, ben, cleo] = people as [SignedIn, SignedIn, SignedIn]
      const isHit = beforeTransaction(t, house, 2, () =>
        Promise.reject(new Error('a secret of the database')),
      )
      const { status, body, text } = await bulk({ action: 'disable', ids: ids() })
      assert.ok(isHit())
      assert.deepEqual(
        [status, body.done, body.refused, body.items.map(({ code }) => code)],
        [200, 2, 1, [null, 'internal', null]],
      )
      assert.doesNotMatch(text, /a secret of the database/)
      assert.match(
        house.log.lines.pop() ?? '',
        new RegExp(`^bulk_failed .*${ben.id}.*a secret of the database`),
      )
      assert.equal((await read(ben.id)).disabled_at, null)
      for (const { id } of [ada, cleo]) await enableUser(house.app, operator, id)
    })

    test('all who match are acted on, if they are as many as was said', async () => {
      const person = { displayName: 'Of many', passwordHash: null, isDisabled: false, userType: undefined }
      const add = async (from: number, count: number) => {
        const more = Array.from({ length: count }, (_, at) => ({
          ...{ ...person, username: `many ${from + at}`, createdAt: undefined },
        }))
        await importPeople(house.app, operator, more, { userType: 'helpdesk' })
        await house.app.jobs.runNow(1_000)
      }
      await add(0, 12)
      const matching = { text: 'many', user_type: 'helpdesk' }
      const wrong = await bulk({ action: 'disable', matching, count: 11 })
      assert.deepEqual([wrong.status, wrong.body.code, wrong.body.count], [409, 'count_changed', 12])
      const none = await house.call('GET', '/v1/users/count?status=disabled&text=many', {
        token: admin.token,
      })
      assert.equal(none.body.count, 0)
      const { body } = await bulk({ action: 'disable', matching, count: 12 })
      assert.deepEqual([body.done, body.refused, body.items[0]?.username], [12, 0, 'many 0'])
      // Those who matched do not match any more.
      const enabled = { ...matching, status: 'enabled' }
      assert.equal((await bulk({ action: 'disable', matching: enabled, count: 0 })).body.done, 0)
      await add(12, mostPeople)
      const many = await bulk({ action: 'disable', matching, count: mostPeople + 12 })
      assert.deepEqual([many.status, many.body.code, many.body.most], [409, 'too_many_people', mostPeople])
    })

    test('piece by piece, any number who match are acted on once', async () => {
      const matching = { text: 'many', user_type: 'helpdesk' }
      const seen: string[] = []
      let after: string | null | undefined
      for (let pieces = 0; after !== null; pieces += 1) {
        const { status, body, text } = await bulk({
          ...{ action: 'end_sessions', matching, most: 300 },
          ...(after && { after }),
        })
        assert.equal(status, 200, text)
        assert.ok(body.items.length <= 300)
        seen.push(...body.items.map(({ id }) => id))
        after = body.next
        assert.ok(pieces < 20)
      }
      assert.deepEqual([seen.length, new Set(seen).size], [mostPeople + 12, mostPeople + 12])
    })

    test('a piece whose people do not match any more moves nobody out of its place', async () => {
      const matching = { text: 'many', user_type: 'helpdesk', status: 'enabled' }
      const counted = async () => {
        const path = `/v1/users/count?${new URLSearchParams(matching)}`
        return Number((await house.call('GET', path, { token: admin.token })).body.count)
      }
      const before = await counted()
      const first = await bulk({ action: 'disable', matching, most: 100 })
      assert.deepEqual([first.body.done, await counted()], [100, before - 100])
      // Its answer was lost: from the beginning on it is the next hundred, and nobody of the first.
      const again = await bulk({ action: 'disable', matching, most: 100 })
      const firstIds = new Set(first.body.items.map(({ id }) => id))
      assert.ok(again.body.items.every(({ id }) => !firstIds.has(id)))
      const second = await bulk({ action: 'disable', matching, most: 100, after: first.body.next })
      assert.deepEqual([second.body.done, await counted()], [100, before - 300])
    })

    const pieces = [
      { name: 'with a count', body: { matching: {}, most: 5, count: 5 } },
      { name: 'of ids', body: { ids: ['usr_x'], most: 5 } },
      { name: 'behind a place, without a number', body: { matching: {}, count: 5, after: 'usr_x' } },
      { name: 'of nobody', body: { matching: {}, most: 0 } },
      { name: 'of more than a thousand', body: { matching: {}, most: mostPeople + 1 } },
      { name: 'of everybody', body: { most: 5 } },
      {
        name: 'behind a place of another search',
        body: { matching: { text: 'a' }, most: 5, after: 'usr_x' },
      },
    ]
    for (const { name, body } of pieces) {
      test(`a piece is refused ${name}`, async () => {
        const refused = await bulk({ action: 'end_sessions', ...body })
        assert.deepEqual([refused.status, refused.body.code], [400, 'request_invalid'])
      })
    }

    test('a piece takes users:read, as every search', async () => {
      const helper = await house.signedIn('acts unseen', 'helpdesk')
      const refused = await bulk({ action: 'end_sessions', matching: {}, most: 5 }, helper)
      assert.equal(refused.body.code, 'permission_missing')
    })
  })
}
