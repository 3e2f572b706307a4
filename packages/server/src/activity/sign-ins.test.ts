import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../test/app.ts'
import { engines } from '../../test/storages.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { operator } from '../identity.ts'

for (const engine of engines) {
  describe(`sign-ins of everybody, on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let evil: SignedIn
    let auditor: string
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('admin', 'administrator')
      evil = await house.signedIn('=cmd|calc')
      await createUserType(house.app, operator, {
        ...{ name: 'auditor', description: '', permissions: ['activity:read'] },
      })
      auditor = (await house.signedIn('auditor', 'auditor')).token
      for (const body of [
        { username: evil.username, password: 'wrong' },
        { username: evil.username, password: 'wrong' },
        { username: evil.username, password: 'wrong' },
        { username: 'nobody', password: 'wrong' },
      ])
        await house.call('POST', '/v1/login', { body })
      await house.app.activity.flushRefusals(true)
    })
    after(() => house.close())

    const get = (query: string, token = admin.token) =>
      house.call('GET', `/v1/activity/sign-ins${query}`, { token })
    interface Shown {
      readonly id: string
      readonly username: string | null
      readonly outcome: string
      readonly reason: string | null
      readonly amr: string | null
      readonly times: number
    }
    const shown = async (query: string, token = admin.token) =>
      (await get(query, token)).body.items as unknown as readonly Shown[]

    test('name, factor and reason stand in each, and how often it was', async () => {
      const rows = (await shown('')).map(({ username, outcome, reason, amr, times }) => [
        ...[username, outcome, reason, amr, times],
      ])
      assert.deepEqual(
        rows.toSorted((a, b) => (`${a}` < `${b}` ? -1 : 1)),
        [
          [null, 'refused', 'user_unknown', null, 1],
          ['=cmd|calc', 'refused', 'password_wrong', null, 1],
          ['=cmd|calc', 'refused', 'password_wrong', null, 2],
          ['=cmd|calc', 'success', null, 'pwd', 1],
          ['admin', 'success', null, 'pwd', 1],
          ['auditor', 'success', null, 'pwd', 1],
        ],
      )
    })

    const filters: readonly [name: string, query: () => string, count: number][] = [
      ['by outcome', () => '?outcome=success', 3],
      ['by reason', () => '?reason=password_wrong', 2],
      ['by person', () => `?subject=${evil.id}`, 3],
      ['by person and outcome', () => `?subject=${evil.id}&outcome=success`, 1],
      ['by address', () => '?address=192.0.2.1', 0],
      ['by region', () => '?region=TW', 0],
      ['from a moment that is to come', () => '?from=2099-01-01T00:00:00Z', 0],
      ['before a moment that is past', () => '?to=2020-01-01T00:00:00Z', 0],
    ]
    for (const [name, query, count] of filters)
      test(`filtered ${name}`, async () => assert.equal((await shown(query())).length, count))

    test('page by page, newest first', async () => {
      const ids = (await shown('')).map(({ id }) => id)
      assert.deepEqual(ids, ids.toSorted().reverse())
      const first = await get('?limit=4')
      assert.equal(first.body.next, ids[3])
      assert.deepEqual(
        (await shown(`?limit=4&after=${first.body.next}`)).map(({ id }) => id),
        ids.slice(4),
      )
    })

    test('a file of CSV, in which a spreadsheet runs nothing', async () => {
      const answer = await get('/export?format=csv&outcome=success')
      assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
      assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="sign-ins.csv"$/)
      const [head, ...lines] = answer.text.trimEnd().split('\r\n')
      assert.equal(head, 'id,at,outcome,reason,subject,username,amr,factor,times,address,region,session_id')
      assert.deepEqual(lines.map((line) => line.split(',')[5]).sort(), ["'=cmd|calc", 'admin', 'auditor'])
    })

    test('a file of one JSON object a line is what the list shows', async () => {
      const { text } = await get('/export?format=ndjson')
      const rows = text
        .trimEnd()
        .split('\n')
        .map((one) => JSON.parse(one))
      assert.deepEqual(rows, await shown(''))
      const rest = await get(`/export?format=ndjson&after=${rows[4].id}`)
      assert.deepEqual(JSON.parse(rest.text), rows[5])
    })

    test('who may read the log and not see users learns no names', async () => {
      assert.deepEqual([...new Set((await shown('', auditor)).map(({ username }) => username))], [null])
      assert.doesNotMatch((await get('/export?format=csv', auditor)).text, /cmd\|calc/)
    })

    const refused: readonly [query: string, status: number][] = [
      ['?outcome=good', 400],
      ['?from=soon', 400],
      ['?event=user.create', 400],
      ['/export', 400],
      ['/export?format=xls', 400],
    ]
    for (const [query, status] of refused)
      test(`refused is ${query}`, async () => assert.equal((await get(query)).status, status))

    test('nobody reads them without the permission for it', async () => {
      for (const path of ['', '/export?format=csv']) assert.equal((await get(path, evil.token)).status, 403)
    })
  })
}
