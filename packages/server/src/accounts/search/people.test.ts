import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import type { Reader } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import { addAddress } from '../addresses/addresses.ts'
import { importPeople } from '../transfer/import-people.ts'
import { createUser, disableUser, updateUser } from '../users/users.ts'
import { countMatches, searchPeople } from './people.ts'
import { mostLookedAt } from './store.ts'

const day = 86_400_000

for (const engine of engines) {
  let house: TestApp
  let admin: SignedIn
  const ids: Record<string, string> = {}

  before(async () => {
    house = await openTestApp(engine)
    const { app, world } = house
    admin = await house.signedIn('admin', 'administrator')
    const add = async (username: string, displayName?: string, address?: string) => {
      const { id } = await createUser(app, operator, { username, displayName, userType: 'customer' })
      ids[username] = id
      if (address !== undefined) await addAddress(app, operator, id, { address, language: 'en' })
    }
    world.advance(day)
    await add('ada', 'Ada Lovelace', 'ada@engines.example')
    await add('alan.turing', 'Alan M. Turing', 'turing@bletchley.example')
    await add('grace', 'Grace Hopper', 'grace@navy.example')
    await add('gracia', 'José Gracia')
    await add('xiaoming', '王小明')
    await add('100%_sure')
    await disableUser(app, operator, ids.grace!)
    world.advance(day)
    await house.signedIn('ben')
    world.advance(day)
    await house.signedIn('cleo', 'administrator')
    // Administrators sign in anew, so that the token lives.
    admin = await house.signedIn('eve', 'administrator')
  })
  after(() => house.close())

  const ask = (path: string, query: Readonly<Record<string, string>>) =>
    house.call('GET', `${path}?${new URLSearchParams(query)}`, { token: admin.token })
  const found = async (query: Readonly<Record<string, string>>): Promise<string[]> => {
    const { status, body, text } = await ask('/v1/users', query)
    assert.equal(status, 200, text)
    return body.items.map(({ username }) => String(username))
  }

  if (engine === 'sqlite') {
    test('each search walks its candidates, and looks up their users one by one', async () => {
      const plans: string[] = []
      const explaining: Reader = {
        async query(sql, ...values) {
          const steps = await house.app.db.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
          plans.push(steps.map(({ detail }) => detail).join('\n'))
          return house.app.db.query(sql, ...values)
        },
      }
      for (const { query } of searches) {
        const { text, status, user_type: userType } = query
        const search = { text, userType, status: status === 'disabled' ? status : undefined } as const
        await searchPeople(explaining, search, { limit: 50 })
        await countMatches(explaining, search)
      }
      assert.ok(plans.length > 30)
      const joins = plans.filter((plan) => /\bu\b/.test(plan))
      for (const plan of joins) assert.match(plan, /SCAN c\b[\s\S]*SEARCH u\b/)
      for (const plan of plans) assert.doesNotMatch(plan, /SCAN u(sers)?\b/)
    })
  }

  const at = (days: number) => new Date(Date.UTC(2026, 0, 15, 12) + days * day).toISOString()
  const searches: readonly { name: string; query: Record<string, string>; finds: string[] }[] = [
    { name: 'the beginning of a user name', query: { text: 'alan' }, finds: ['alan.turing'] },
    { name: 'a word of a name', query: { text: 'lovel' }, finds: ['ada'] },
    { name: 'two words in any order', query: { text: 'love ada' }, finds: ['ada'] },
    { name: 'words of which one is nobody’s', query: { text: 'ada hopper' }, finds: [] },
    { name: 'neither the middle of a word', query: { text: 'velace' }, finds: [] },
    { name: 'without regard to case and accents', query: { text: 'JOSÉ' }, finds: ['gracia'] },
    { name: 'several people, by what was found', query: { text: 'grac' }, finds: ['grace', 'gracia'] },
    { name: 'a given name in Chinese', query: { text: '小明' }, finds: ['xiaoming'] },
    { name: 'the beginning of an address', query: { text: 'turing@bl' }, finds: ['alan.turing'] },
    { name: 'the domain of an address', query: { text: 'navy.ex' }, finds: ['grace'] },
    { name: 'no pattern of SQL', query: { text: '%' }, finds: [] },
    { name: 'signs as they are', query: { text: '100%_s' }, finds: ['100%_sure'] },
    {
      name: 'nothing for blanks alone',
      query: { text: 'ada', address: 'ada@engines.example' },
      finds: ['ada'],
    },
    { name: 'an address', query: { address: 'Turing@Bletchley.example' }, finds: ['alan.turing'] },
    { name: 'the beginning of an address is none', query: { address: 'turing@bletchley.exampl' }, finds: [] },
    { name: 'what is no address', query: { address: 'turing' }, finds: [] },
    { name: 'a type', query: { user_type: 'administrator' }, finds: ['admin', 'cleo', 'eve'] },
    { name: 'a type that there is not', query: { user_type: 'nobody' }, finds: [] },
    { name: 'who is disabled', query: { status: 'disabled' }, finds: ['grace'] },
    {
      name: 'who is enabled, of a type',
      query: { status: 'enabled', user_type: 'administrator' },
      finds: ['admin', 'cleo', 'eve'],
    },
    {
      name: 'who is invited',
      query: { status: 'invited' },
      finds: ['ada', 'alan.turing', 'gracia', 'xiaoming', '100%_sure'],
    },
    {
      name: 'who is disabled, of a type that is not',
      query: { status: 'disabled', user_type: 'administrator' },
      finds: [],
    },
    {
      name: 'who signed in from a moment on',
      query: { signed_in_from: at(2) },
      finds: ['ben', 'cleo', 'eve'],
    },
    { name: 'who signed in before a moment', query: { signed_in_before: at(2) }, finds: ['admin'] },
    { name: 'both', query: { signed_in_from: at(1), signed_in_before: at(3) }, finds: ['ben'] },
    {
      name: 'who never did, of a status',
      query: { signed_in: 'never', status: 'disabled' },
      finds: ['grace'],
    },
    {
      name: 'never and since, which nobody is',
      query: { signed_in: 'never', signed_in_from: at(0) },
      finds: [],
    },
    {
      name: 'all at once',
      query: { text: 'g', status: 'disabled', user_type: 'customer', signed_in: 'never' },
      finds: ['grace'],
    },
  ]
  for (const { name, query, finds } of searches) {
    test(`people are found by: ${name} (${engine})`, async () => {
      assert.deepEqual(await found(query), finds)
      assert.deepEqual((await ask('/v1/users/count', query)).body, {
        ...{ count: finds.length, exact: true, next: null },
      })
    })
  }

  const refused: readonly Record<string, string>[] = [
    { text: '' },
    { text: 'a\u202eb' },
    { text: 'a'.repeat(201) },
    { status: 'gone' },
    { signed_in: 'once' },
    { signed_in_from: 'yesterday' },
    { limit: '0' },
    { colour: 'red' },
    { after: 'Usr' },
    { text: 'a', after: 'usr_1' },
    { text: 'a', after: Buffer.from('["a"]').toString('base64url') },
    { text: 'a', after: Buffer.from('[1,"usr_1"]').toString('base64url') },
    ...['', '\0', 'a\0', 'a'.repeat(241)].map((word) => ({
      text: 'a',
      after: Buffer.from(JSON.stringify([word, 'usr_1'])).toString('base64url'),
    })),
    ...['', 'Usr', 'usr_1 ', 'u'.repeat(65)].map((id) => ({
      text: 'a',
      after: Buffer.from(JSON.stringify(['a', id])).toString('base64url'),
    })),
    { signed_in_from: at(0), after: Buffer.from('["a","usr_1"]').toString('base64url') },
    { signed_in_from: at(0), after: Buffer.from('[0.5,"usr_1"]').toString('base64url') },
  ]
  for (const query of refused) {
    test(`a search is refused: ${JSON.stringify(query).slice(0, 60)} (${engine})`, async () => {
      const { status, body } = await ask('/v1/users', query)
      assert.deepEqual([status, body.code], [400, 'request_invalid'])
    })
  }

  test(`a search takes users:read (${engine})`, async () => {
    const { token } = await house.signedIn('mallory')
    for (const path of ['/v1/users?text=ada', '/v1/users/count']) {
      assert.equal((await house.call('GET', path, { token })).body.code, 'permission_missing', path)
    }
  })

  /** Every user name of a walk by pages of one size. */
  const walk = async (query: Readonly<Record<string, string>>, limit: number) => {
    const names: string[] = []
    let pages = 0
    for (let after: string | null | undefined; after !== null; ) {
      const { body } = await ask('/v1/users', { ...query, limit: String(limit), ...(after && { after }) })
      names.push(...body.items.map(({ username }) => String(username)))
      after = body.next
      assert.ok(++pages < 100)
    }
    return names
  }

  test(`pages of every size have everybody once, whatever they are ordered by (${engine})`, async () => {
    for (const query of [
      {},
      { text: 'a' },
      { text: 'g' },
      { signed_in_from: at(0) },
      { status: 'invited' },
    ]) {
      const whole = await found({ ...query, limit: '200' })
      assert.equal(new Set(whole).size, whole.length)
      for (const limit of [1, 2, 3]) assert.deepEqual(await walk(query, limit), whole, JSON.stringify(query))
    }
  })

  test(`somebody of whom several terms match is found once (${engine})`, async () => {
    await createUser(house.app, operator, { username: 'zoe.zz', displayName: 'Zoe Zz', userType: 'customer' })
    assert.deepEqual(await walk({ text: 'z' }, 1), ['zoe.zz'])
  })

  test(`a new name is found and the old one is not (${engine})`, async () => {
    await updateUser(house.app, operator, ids.ada!, { displayName: 'Augusta King' })
    assert.deepEqual(await found({ text: 'augusta' }), ['ada'])
    assert.deepEqual(await found({ text: 'lovelace' }), [])
    await updateUser(house.app, operator, ids.ada!, { displayName: null })
    assert.deepEqual(await found({ text: 'king' }), [])
    assert.deepEqual(await found({ text: 'ada' }), ['ada'])
  })

  test(`an address that is removed is not found (${engine})`, async () => {
    const { body } = await house.call('GET', `/v1/users/${ids.ada}/addresses`, { token: admin.token })
    await house.call('DELETE', `/v1/users/${ids.ada}/addresses/${body.items[0]?.id}`, { token: admin.token })
    assert.deepEqual(await found({ text: 'engines.example' }), [])
    assert.deepEqual(await found({ address: 'ada@engines.example' }), [])
  })

  test(`who is imported is found after the next run of the job (${engine})`, async () => {
    const person = { displayName: 'Katherine Johnson', passwordHash: null, isDisabled: false }
    const people = [{ ...person, username: 'kat', userType: undefined, createdAt: undefined }]
    await importPeople(house.app, operator, people, { userType: 'customer' })
    assert.deepEqual(await found({ text: 'johnson' }), [])
    await house.app.jobs.runNow(1_000)
    assert.deepEqual(await found({ text: 'johnson' }), ['kat'])
  })

  test(`a search looks at so many for one answer, and says where to go on (${engine})`, async () => {
    const more = Array.from({ length: mostLookedAt + 50 }, (_, at) => ({
      ...{ username: `many${at}`, displayName: null, passwordHash: null, isDisabled: false },
      ...{ userType: undefined, createdAt: undefined },
    }))
    for (let at = 0; at < more.length; at += 500) {
      await importPeople(house.app, operator, more.slice(at, at + 500), { userType: 'customer' })
    }
    await house.app.jobs.runNow(1_000)
    await createUser(house.app, operator, { username: 'manyz', userType: 'administrator' })
    const query = { text: 'many', user_type: 'administrator' }
    const { body } = await ask('/v1/users', query)
    assert.deepEqual([body.items, typeof body.next], [[], 'string'])
    assert.deepEqual(await walk(query, 50), ['manyz'])
    const countedBy = async (given: Readonly<Record<string, string>>) => {
      const parts: number[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const { body } = await ask('/v1/users/count', { ...given, ...(after && { after }) })
        parts.push(Number(body.count))
        assert.equal(body.exact, body.next === null)
        after = body.next
      }
      return parts
    }
    // A thousand are looked at for one answer, and the rest is counted from there on.
    assert.equal((await countedBy(query))[0], 0)
    const all = await countedBy({ text: 'many' })
    assert.equal(all[0], 1_000)
    assert.equal(
      all.reduce((sum, part) => sum + part),
      (await walk({ text: 'many' }, 200)).length,
    )
  })
}
