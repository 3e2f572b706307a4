import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { createUserType } from '../../accounts/user-types/user-types.ts'
import { operator } from '../../identity.ts'

const refused = { event: 'user.sign_in', outcome: 'refused' }

for (const engine of engines) {
  describe(`saved searches on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let reader: SignedIn
    let other: SignedIn
    let ada: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      const type = { name: 'reader', description: 'reads', permissions: ['activity:read'] as const }
      await createUserType(house.app, operator, type)
      admin = await house.signedIn('root', 'administrator')
      reader = await house.signedIn('reader', 'reader')
      other = await house.signedIn('other', 'reader')
      ada = await house.signedIn('ada')
    })
    after(() => house.close())

    const path = '/v1/activity/searches'
    const ask = (who: SignedIn, method: string, at: string, body?: object) =>
      house.call(method, at, { token: who.token, ...(body && { body }) })
    const save = (who: SignedIn, name: string, more: object = {}) =>
      ask(who, 'POST', path, { name, query: refused, ...more })
    const names = async (who: SignedIn) => (await ask(who, 'GET', path)).body.items.map(({ name }) => name)

    test('one’s own is there for oneself, is renamed, searches for something else, and is removed', async () => {
      const { status, body } = await save(reader, 'guesses')
      assert.deepEqual([status, body.shared, body.owner, body.query], [201, false, reader.id, refused])
      assert.deepEqual(await names(other), [])
      assert.deepEqual(await names(admin), [])
      const query = { text: '203.0.113.', from: '2026-01-01T00:00:00Z' }
      const changed = await ask(reader, 'PATCH', `${path}/${body.id}`, { name: 'tries', query })
      assert.deepEqual([changed.status, changed.body.name, changed.body.query], [200, 'tries', query])
      const kept = await ask(reader, 'PATCH', `${path}/${body.id}`, {})
      assert.deepEqual([kept.body.name, kept.body.query], ['tries', query])
      assert.equal((await ask(reader, 'DELETE', `${path}/${body.id}`)).status, 204)
      assert.deepEqual(await names(reader), [])
    })

    test('a shared one is for all readers, and is changed and removed by whoever may share', async () => {
      const { body } = await save(admin, 'for all', { shared: true })
      assert.deepEqual(await names(reader), ['for all'])
      for (const [method, given] of [
        ['PATCH', { name: 'mine' }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await ask(reader, method, `${path}/${body.id}`, given)
        assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
      }
      const own = await save(reader, 'for all')
      assert.equal(own.status, 201)
      const shares = await ask(reader, 'PATCH', `${path}/${own.body.id}`, { shared: true })
      assert.equal(shares.body.code, 'permission_missing')
      assert.equal((await ask(reader, 'DELETE', `${path}/${own.body.id}`)).status, 204)
      const ends = await ask(admin, 'PATCH', `${path}/${body.id}`, { shared: false })
      assert.equal(ends.body.shared, false)
      assert.deepEqual(await names(reader), [])
      assert.equal((await ask(admin, 'PATCH', `${path}/${body.id}`, { shared: true })).status, 200)
      assert.equal((await ask(admin, 'DELETE', `${path}/${body.id}`)).status, 204)
    })

    for (const [what, body, code] of [
      ['without a name', { query: refused }, 'request_invalid'],
      ['with a name that is too long', { name: 'x'.repeat(81), query: refused }, 'request_invalid'],
      ['with a hidden character', { name: 'a\u202eb', query: refused }, 'request_invalid'],
      ['for nothing', { name: 'x', query: {} }, 'request_invalid'],
      ['for a field that there is not', { name: 'x', query: { colour: 'red' } }, 'request_invalid'],
      ['for an outcome that there is not', { name: 'x', query: { outcome: 'odd' } }, 'request_invalid'],
      ['for a time that is none', { name: 'x', query: { from: 'yesterday' } }, 'request_invalid'],
      ['for too many values', { name: 'x', query: { event: Array(21).fill('a').join() } }, 'request_invalid'],
      ['for too much', { name: 'x', query: longQuery() }, 'request_invalid'],
      ['of a name that one has', { name: 'mine', query: refused }, 'search_exists'],
      ['to share without the permission', { name: 'y', query: refused, shared: true }, 'permission_missing'],
    ] as const) {
      test(`a search is not saved ${what}`, async () => {
        const { body: mine } = await save(reader, 'mine')
        const answer = await ask(reader, 'POST', path, body)
        assert.equal(answer.body.code, code)
        assert.equal((await names(reader)).length, 1)
        await ask(reader, 'DELETE', `${path}/${mine.id}`)
      })
    }

    test('two shared ones have two names, also when one is renamed', async () => {
      await save(admin, 'first', { shared: true })
      const { body } = await save(admin, 'second', { shared: true })
      const answer = await ask(admin, 'PATCH', `${path}/${body.id}`, { name: 'first' })
      assert.deepEqual([answer.status, answer.body.code], [409, 'search_exists'])
      assert.deepEqual(await names(other), ['first', 'second'])
    })

    test('one of somebody else does not exist, and who may not read the log has none', async () => {
      const { body } = await save(other, 'hers')
      for (const method of ['PATCH', 'DELETE'])
        assert.equal(
          (await ask(reader, method, `${path}/${body.id}`, method === 'PATCH' ? {} : undefined)).body.code,
          'search_not_found',
        )
      assert.equal((await ask(admin, 'DELETE', `${path}/${body.id}`)).body.code, 'search_not_found')
      for (const [method, at] of [
        ['GET', path],
        ['POST', path],
        ['DELETE', `${path}/${body.id}`],
      ] as const)
        assert.equal(
          (await ask(ada, method, at, method === 'POST' ? { name: 'x', query: refused } : undefined)).status,
          403,
        )
    })

    test('a search takes 4,000 characters at most', async () => {
      const { address: _, ...long } = wide()
      const room = 4_000 - JSON.stringify({ ...long, text: '', reason: '' }).length
      const values = (length: number) =>
        Array.from({ length }, (_, at) => (at % 60 === 59 ? ',' : 'd')).join('')
      const query = (length: number) => ({ ...long, text: 'x'.repeat(50), reason: values(length - 50) })
      assert.equal(JSON.stringify(query(room)).length, 4_000)
      assert.equal((await ask(reader, 'POST', path, { name: 'long', query: query(room + 1) })).status, 400)
      const { status, body } = await ask(reader, 'POST', path, { name: 'long', query: query(room) })
      assert.equal(status, 201, JSON.stringify(body))
      await ask(reader, 'DELETE', `${path}/${body.id}`)
    })

    test('there are two hundred shared ones', async () => {
      const shared = () => house.app.db.query('SELECT id FROM activity_searches WHERE shared = 1')
      await house.app.db.transaction(async (tx) => {
        for (
          let at = (await tx.query('SELECT id FROM activity_searches WHERE shared = 1')).length;
          at < 199;
          at++
        )
          await tx.query(
            `INSERT INTO activity_searches (id, owner, name, shared, query, created_at, changed_at)
             VALUES ($1, NULL, $1, 1, '{}', 1, 1)`,
            `filled ${at}`,
          )
      })
      const { body } = await save(admin, 'the last', { shared: true })
      assert.equal((await shared()).length, 200)
      assert.equal((await save(admin, 'one too many', { shared: true })).body.code, 'search_limit_reached')
      const { body: own } = await save(admin, 'her own')
      const change = { shared: true }
      assert.equal((await ask(admin, 'PATCH', `${path}/${own.id}`, change)).body.code, 'search_limit_reached')
      assert.equal((await ask(admin, 'PATCH', `${path}/${body.id}`, { ...change, name: 'last' })).status, 200)
      await house.app.db.transaction((tx) => tx.query('DELETE FROM activity_searches WHERE shared = 1'))
    })

    test('there are fifty of one’s own, and they go with their owner', async () => {
      for (let at = 0; at < 49; at++) assert.equal((await save(other, `search ${at}`)).status, 201)
      const one = await save(other, 'one too many')
      assert.deepEqual([one.status, one.body.code], [409, 'search_limit_reached'])
      await house.app.db.transaction((tx) => tx.query('DELETE FROM users WHERE id = $1', other.id))
      const [row] = await house.app.db.query<{ count: number }>(
        'SELECT COUNT(*) AS count FROM activity_searches WHERE owner = $1',
        other.id,
      )
      assert.equal(Number(row?.count), 0)
    })
  })
}

function longQuery() {
  return { subject: 'a'.repeat(64), reason: Array(15).fill('b'.repeat(60)).join(), region: 'c', ...wide() }
}

/** Each within its bound, and together too much. */
function wide() {
  const many = Array(15).fill('d'.repeat(60)).join()
  return { target: many, client_id: many, session_id: many, request_id: many, address: many }
}
