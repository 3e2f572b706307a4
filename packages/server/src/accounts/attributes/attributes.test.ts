import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { peopleIn } from '../../../test/people.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { ownPermissions } from '../../permissions.ts'
import { exportPeople } from '../transfer/export-people.ts'
import { importPeople } from '../transfer/import-people.ts'
import { csvSource, ndjsonSource } from '../transfer/sources/line-sources.ts'
import { createUserType } from '../user-types/user-types.ts'
import { mostAllowed, mostAttributes } from './attributes.ts'
import { setAttributes } from './change.ts'

const definitions: readonly object[] = [
  { key: 'department', label: 'Department', kind: 'text', longest: 20, searchable: true, person_may: 'see' },
  { key: 'size', label: 'Size', kind: 'text', allowed: ['S', 'M', '特大'], person_may: 'change' },
  { key: 'floor', label: 'Floor', kind: 'number', least: -2, most: 40.5, searchable: true },
  { key: 'badge', label: 'Badge', kind: 'yes_no', searchable: true },
  { key: 'born', label: 'Born', kind: 'date', person_may: 'change' },
]

async function openWithAttributes(engine: (typeof engines)[number]) {
  const house = await openTestApp(engine)
  const admin = await house.signedIn('admin', 'administrator')
  for (const body of definitions) {
    const { status, text } = await house.call('POST', '/v1/attributes', { token: admin.token, body })
    assert.equal(status, 201, text)
    house.world.advance(1)
  }
  return { house, admin }
}

for (const engine of engines) {
  describe(`attributes of people, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    before(async () => {
      ;({ house, admin } = await openWithAttributes(engine))
      ada = await house.signedIn('ada')
    })
    after(() => house.close())

    const set = (body: unknown, id = ada.id, { token } = admin) =>
      house.call('PATCH', `/v1/users/${id}/attributes`, { token, body })
    const setMine = (body: unknown) => house.call('PATCH', '/v1/me/attributes', { token: ada.token, body })
    const valuesOf = async (path = `/v1/users/${ada.id}/attributes`, { token } = admin) => {
      const { body } = await house.call('GET', path, { token })
      return Object.fromEntries(body.items.map(({ key, value }) => [String(key), value]))
    }

    const accepted: readonly [string, unknown][] = [
      ['department', 'Sales & Räume'],
      ['department', 'x'.repeat(20)],
      ['size', '特大'],
      ['floor', -2],
      ['floor', 40.5],
      ['floor', 0],
      ['badge', false],
      ['born', '2024-02-29'],
      ['born', null],
    ]
    for (const [key, value] of accepted) {
      test(`${key} may be ${JSON.stringify(value)}`, async () => {
        assert.equal((await set({ [key]: value })).status, 200)
        assert.deepEqual((await valuesOf())[key], value)
      })
    }

    const refused: readonly [string, unknown, RegExp][] = [
      ['department', '', /visible/],
      ['department', ' ', /visible/],
      ['department', 'a\u202eb', /visible/],
      ['department', 'a\nb', /visible/],
      ['department', 'x'.repeat(21), /1 to 20/],
      ['department', 3, /visible/],
      ['size', 'm', /allowed/],
      ['floor', '3', /number/],
      ['floor', -2.01, /-2 or more/],
      ['floor', 41, /40.5 or less/],
      ['floor', true, /number/],
      ['badge', 'true', /true or false/],
      ['badge', 1, /true or false/],
      ['born', '2023-02-29', /day/],
      ['born', '2024-2-9', /day/],
      ['born', '2024-02-09T00:00:00Z', /day/],
      ['height', 'tall', /is no attribute/],
      ['hasOwnProperty', 'tall', /is no attribute/],
    ]
    for (const [key, value, reason] of refused) {
      test(`${key} may not be ${JSON.stringify(value)}`, async () => {
        const before = await valuesOf()
        // Nothing of a request that is wrong is stored.
        const { status, body } = await set({ born: '1815-12-10', [key]: value })
        assert.deepEqual([status, body.code], [400, 'request_invalid'])
        const [fault] = body.errors
        assert.deepEqual([body.errors.length, fault?.field], [1, `/attributes/${key}`])
        assert.match(String(fault?.reason), reason)
        assert.deepEqual(await valuesOf(), before)
      })
    }

    for (const [name, body] of [
      ['a list', ['x']],
      ['a value that is an object', { department: {} }],
      ['a text that no attribute takes', { department: 'x'.repeat(501) }],
      ['a key that is too long', { ['k'.repeat(41)]: 'x' }],
      [
        'more values than there can be attributes',
        Object.fromEntries(Array.from({ length: mostAttributes + 1 }, (_, at) => [`key_${at}`, 'x'])),
      ],
    ] as const) {
      test(`${name} is refused before anything is looked up`, async () => {
        assert.equal((await set(body)).body.code, 'request_invalid')
      })
    }

    test('a person sees what they may see, and changes what they may change', async () => {
      await set({ department: 'sales', floor: 3, size: 'S', born: null })
      const mine = await valuesOf('/v1/me/attributes', ada)
      assert.deepEqual(mine, { department: 'sales', size: 'S', born: null })
      assert.equal((await setMine({ size: 'M', born: '1815-12-10' })).status, 200)
      const reasons = async (body: object) => (await setMine(body)).body.errors.map(({ reason }) => reason)
      assert.deepEqual(await reasons({ department: 'board', size: 'S' }), [
        'is changed by administrators alone',
      ])
      // One that they may not see is not told from one that there is not.
      assert.deepEqual(await reasons({ floor: 4, height: 4 }), ['is no attribute', 'is no attribute'])
      const all = { department: 'sales', size: 'M', floor: 3, badge: false, born: '1815-12-10' }
      assert.deepEqual(await valuesOf(), all)
    })

    test('they are seen and set with the permissions that users are, and are in no token', async () => {
      const ben = await house.signedIn('ben')
      for (const path of ['/v1/attributes', '/v1/attributes/floor', `/v1/users/${ada.id}/attributes`]) {
        assert.equal((await house.call('GET', path, { token: ben.token })).body.code, 'permission_missing')
      }
      assert.equal((await set({ floor: 3 }, ada.id, ben)).body.code, 'permission_missing')
      await createUserType(house.app, operator, {
        ...{ name: 'clerk', description: '', permissions: ['users:read', 'users:write', ...ownPermissions] },
      })
      const clerk = await house.signedIn('clerk', 'clerk')
      assert.equal((await set({ floor: 4 }, ada.id, clerk)).status, 200)
      assert.equal((await set({ floor: 4 }, admin.id, clerk)).body.code, 'permission_missing')
      const body = { key: 'mine', label: 'Mine', kind: 'yes_no' }
      const define = await house.call('POST', '/v1/attributes', { token: clerk.token, body })
      assert.equal(define.body.code, 'permission_missing')
      const claims = Buffer.from(ada.token.split('.')[1] ?? '', 'base64url').toString()
      assert.ok(!claims.includes('sales') && !claims.includes('department'))
    })

    test('nobody has values who is not there', async () => {
      for (const [method, body] of [['GET'], ['PATCH', { floor: 3 }]] as const) {
        const answer = await house.call(method, '/v1/users/usr_0/attributes', { token: admin.token, body })
        assert.equal(answer.body.code, 'user_not_found')
      }
    })

    const search = (attribute: string, more = '') =>
      house.call('GET', `/v1/users?attribute=${encodeURIComponent(attribute)}${more}`, { token: admin.token })
    test('people are found by exactly a value, with other filters too', async () => {
      const cleo = await house.signedIn('cleo')
      await set({ department: 'sales', floor: 3, size: 'S' })
      await set({ department: 'sales', floor: 0, badge: true }, cleo.id)
      const address = { address: 'ada@example.com', language: 'en' }
      await house.call('POST', `/v1/users/${ada.id}/addresses`, { token: admin.token, body: address })
      for (const [attribute, names, more] of [
        ['department=sales', ['ada', 'cleo']],
        ['department=sale', []],
        ['department=Sales', []],
        ['floor=3', ['ada']],
        ['floor=3.0', ['ada']],
        ['floor=-0', ['cleo']],
        ['badge=true', ['cleo']],
        ['department=sales', ['cleo'], '&text=cl'],
        ['department=sales', ['ada'], '&address=ada@example.com'],
        ['floor=0', [], '&address=ada@example.com'],
        // Another attribute of theirs has this value.
        ['department=S', [], '&address=ada@example.com'],
        ['department=sales', ['ada', 'cleo'], '&signed_in_from=2020-01-01T00:00:00Z'],
        ['department=sales', [], '&status=disabled'],
      ] as const) {
        const { body, text } = await search(attribute, more)
        assert.deepEqual(
          body.items?.map(({ username }) => username),
          names,
          `${attribute}${more} ${text}`,
        )
      }
      const first = (await search('department=sales', '&limit=1')).body
      const rest = (await search('department=sales', `&limit=1&after=${first.next}`)).body
      assert.deepEqual([first.items[0]?.username, rest.items[0]?.username], ['ada', 'cleo'])
      const count = await house.call('GET', '/v1/users/count?attribute=department=sales', {
        token: admin.token,
      })
      assert.deepEqual(count.body, { count: 2, exact: true, next: null })
    })

    for (const attribute of [
      'born=1815-12-10',
      'height=3',
      'floor=high',
      'floor=',
      // What begins or ends as a number is none.
      'floor=x3',
      'floor=3x',
      'floor= 3',
      'floor=3 ',
      'floor=+3',
      'floor=0x3',
      'floor=Infinity',
      'badge=yes',
      'badge=TRUE',
      'badge=1',
      'badge=',
      'department',
      '=x',
      'a\tb=x',
    ]) {
      test(`a search is refused: ${attribute}`, async () => {
        assert.equal((await search(attribute)).body.code, 'request_invalid')
      })
    }

    test('values go with the account', async () => {
      const dan = await house.signedIn('dan')
      await set({ floor: 12 }, dan.id)
      await house.call('POST', `/v1/users/${dan.id}/delete`, { token: admin.token, body: { grace_days: 0 } })
      await house.app.jobs.runNow()
      const again = await house.signedIn('admin-again', 'administrator')
      const { body } = await house.call('GET', '/v1/users?attribute=floor=12', { token: again.token })
      assert.deepEqual(body.items, [])
    })
  })

  describe(`the schema of attributes, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      ;({ house, admin } = await openWithAttributes(engine))
    })
    after(() => house.close())

    const add = (body: object) => house.call('POST', '/v1/attributes', { token: admin.token, body })
    const change = (key: string, body: object) =>
      house.call('PATCH', `/v1/attributes/${key}`, { token: admin.token, body })

    const good = { key: 'new', label: 'New', kind: 'text' }
    for (const [name, body, code = 'request_invalid'] of [
      ['a key that there is', { key: 'floor' }, 'attribute_exists'],
      ['a key with a capital', { key: 'New' }],
      ['a key with a dot', { key: 'a.b' }],
      ['a key of 41 characters', { key: 'k'.repeat(41) }],
      ['a key that JSON reads otherwise', { key: 'constructor' }],
      ['another one', { key: 'prototype' }],
      ['no label', { label: '' }],
      ['a label that is not seen', { label: '\u3164' }],
      ['a kind that there is not', { kind: 'colour' }],
      ['a text without length', { longest: 0 }],
      ['a text that is too long', { longest: 501 }],
      ['bounds of a number for a text', { least: 1 }],
      ['bounds of a text for a number', { kind: 'number', longest: 5 }],
      ['bounds of a day', { kind: 'date', most: 5 }],
      ['no number between its bounds', { kind: 'number', least: 2, most: 1 }],
      ['no value that is allowed', { allowed: [] }],
      ['a value that is allowed twice', { allowed: ['a', 'a'] }],
      ['an allowed value that is too long', { longest: 2, allowed: ['abc'] }],
      ['an allowed value that is not seen', { allowed: [' '] }],
      ['a right that there is not', { person_may: 'delete' }],
      ['a member that nobody reads', { unique: true }],
    ] as const) {
      test(`is not added: ${name}`, async () => {
        assert.equal((await add({ ...good, ...body })).body.code, code)
      })
    }

    test('an allowed value may be as long as its text, and there may be as many as there can be', async () => {
      const allowed = Array.from({ length: mostAllowed }, (_, at) => String(at).padStart(3, '0'))
      const body = { ...good, key: 'full', longest: 3 }
      assert.equal((await add({ ...body, allowed })).status, 201)
      const more = await add({ ...body, key: 'over_full', allowed: [...allowed, 'all'] })
      assert.equal(more.body.code, 'request_invalid')
    })

    test('it is shown as it was given', async () => {
      const given = { label: 'Shown', person_may: 'change', required: false, searchable: true }
      for (const more of [
        { key: 'shown_text', kind: 'text', longest: 3, allowed: ['a', 'b'], least: null, most: null },
        { key: 'shown_number', kind: 'number', longest: null, allowed: null, least: -1.5, most: 7 },
      ]) {
        const { body, text } = await add(
          Object.fromEntries(Object.entries({ ...given, ...more }).filter(([, value]) => value !== null)),
        )
        const { created_at: _, people: __, ...shown } = body as unknown as Record<string, unknown>
        assert.deepEqual(shown, { ...given, ...more }, text)
      }
    })

    for (const [key, bounds] of [
      ['one_character', { longest: 1 }],
      ['longest', { longest: 500 }],
      ['one_number', { kind: 'number', least: 2, most: 2 }],
    ] as const) {
      test(`its bounds may be ${JSON.stringify(bounds)}`, async () => {
        const { status, body } = await add({ ...good, key, ...bounds })
        assert.equal(status, 201)
        assert.deepEqual([body.required, body.searchable, body.person_may], [false, false, 'nothing'])
      })
    }

    test('an attribute is changed, and the values that people have stay', async () => {
      const ada = await house.signedIn('ada')
      await setAttributes(house.app, operator, ada.id, { floor: 30, department: 'research' })
      const { body } = await change('floor', { label: 'Storey', most: 20, least: null, person_may: 'see' })
      assert.deepEqual(
        [body.label, body.least, body.most, body.person_may, body.searchable],
        ['Storey', null, 20, 'see', true],
      )
      const { items } = (await house.call('GET', '/v1/me/attributes', { token: ada.token })).body
      assert.deepEqual(items.map(({ key, value }) => [key, value]).slice(0, 2), [
        ['department', 'research'],
        ['size', null],
      ])
      await assert.rejects(setAttributes(house.app, operator, ada.id, { floor: 30 }), {
        code: 'request_invalid',
      })
      for (const [key, given, code] of [
        ['none', { label: 'None' }, 'attribute_not_found'],
        ['floor', { kind: 'text' }, 'request_invalid'],
        ['floor', { key: 'storey' }, 'request_invalid'],
        ['floor', { least: 30 }, 'request_invalid'],
        ['floor', { longest: 3 }, 'request_invalid'],
        ['size', { longest: 1 }, 'request_invalid'],
      ] as const) {
        assert.equal((await change(key, given)).body.code, code, JSON.stringify(given))
      }
    })

    test('an attribute goes with its values, once it was said of how many people', async () => {
      const ben = await house.signedIn('ben')
      const cleo = await house.signedIn('cleo')
      for (const { id } of [ben, cleo]) await setAttributes(house.app, operator, id, { badge: true })
      const remove = (query = '') =>
        house.call('DELETE', `/v1/attributes/badge${query}`, { token: admin.token })
      const read = await house.call('GET', '/v1/attributes/badge', { token: admin.token })
      assert.equal(read.body.people, 2)
      for (const query of ['', '?people=1', '?people=3']) {
        const { status, body } = await remove(query)
        assert.deepEqual([status, body.code, body.people], [409, 'attribute_in_use', 2])
      }
      assert.equal((await remove('?people=-2')).body.code, 'request_invalid')
      assert.equal((await remove('?people=2')).status, 204)
      assert.equal((await remove('?people=2')).body.code, 'attribute_not_found')
      // Of one that is added again nobody has a value of before.
      assert.equal((await add({ key: 'badge', label: 'Badge', kind: 'yes_no' })).status, 201)
      assert.equal((await house.call('GET', '/v1/attributes/badge', { token: admin.token })).body.people, 0)
    })

    test('there are so many and no more', async () => {
      const { body } = await house.call('GET', '/v1/attributes', { token: admin.token })
      for (let at = body.items.length; at < mostAttributes; at += 1) {
        assert.equal((await add({ ...good, key: `more_${at}` })).status, 201)
      }
      assert.equal((await add({ ...good, key: 'over' })).body.code, 'request_invalid')
    })
  })

  describe(`an attribute that is required, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    before(async () => {
      ;({ house, admin } = await openWithAttributes(engine))
      ada = await house.signedIn('ada')
      for (const key of ['department', 'size']) {
        const { status } = await house.call('PATCH', `/v1/attributes/${key}`, {
          ...{ token: admin.token, body: { required: true } },
        })
        assert.equal(status, 200)
      }
    })
    after(() => house.close())

    const create = (username: string, attributes?: object) =>
      house.call('POST', '/v1/users', { token: admin.token, body: { username, attributes } })

    test('is no text where it is a number, as in a table', async () => {
      const { body } = await create('one', { department: 'sales', size: 'S', floor: '3' })
      assert.deepEqual(body.errors, [{ field: '/attributes/floor', reason: 'must be a number' }])
    })

    test('is asked for when somebody makes an account', async () => {
      const missing = await create('one')
      assert.deepEqual(missing.body.errors, [
        { field: '/attributes/department', reason: 'is required' },
        { field: '/attributes/size', reason: 'is required' },
      ])
      const half = await create('one', { size: 'XL' })
      assert.deepEqual(
        half.body.errors.map(({ field }) => field),
        ['/attributes/size', '/attributes/department'],
      )
      assert.equal((await create('one', { department: 'sales', size: 'S' })).status, 201)
    })

    test('is not taken away, and is asked for when others are set', async () => {
      const patch = (path: string, token: string, body: object) => house.call('PATCH', path, { token, body })
      const path = `/v1/users/${ada.id}/attributes`
      assert.equal((await patch(path, admin.token, { floor: 3 })).body.code, 'request_invalid')
      // A person is asked for what they may change.
      assert.equal((await patch('/v1/me/attributes', ada.token, { born: '1815-12-10' })).status, 400)
      assert.equal((await patch('/v1/me/attributes', ada.token, { size: 'S' })).status, 200)
      assert.equal((await patch(path, admin.token, { floor: 3, department: 'sales' })).status, 200)
      assert.equal((await patch(path, admin.token, { department: null })).body.code, 'request_invalid')
      assert.equal((await patch(path, admin.token, { floor: null })).status, 200)
    })

    test('keeps people out of an import who have none', async () => {
      const person = { displayName: null, passwordHash: null, isDisabled: false, userType: undefined }
      const people = [
        { ...person, username: 'without', createdAt: undefined },
        { ...person, username: 'with', createdAt: undefined, attributes: { department: 'x', size: 'M' } },
      ]
      const { created, refused } = await importPeople(house.app, operator, people, { userType: 'customer' })
      assert.equal(created, 1)
      assert.deepEqual(
        refused.map(({ index, detail }) => [index, detail]),
        [[0, 'the attribute department is required']],
      )
    })
  })

  describe(`attributes on their way, ${engine}`, () => {
    for (const format of ['csv', 'ndjson'] as const) {
      test(`are the same where a file of ${format} is imported`, async (t) => {
        const { house: one } = await openWithAttributes(engine)
        t.after(() => one.close())
        const { house: other, admin } = await openWithAttributes(engine)
        t.after(() => other.close())
        const ada = await one.signedIn('ada')
        const given = { department: '=1+1', floor: -1.5, badge: true, born: '1815-12-10' }
        await setAttributes(one.app, operator, ada.id, given)
        let text = ''
        for await (const part of exportPeople(one.app, operator, { format, withHashes: false })) text += part
        if (format === 'csv') {
          assert.match(text, /created_at,addresses,attribute.department,attribute.size,attribute.floor,/)
          assert.match(text, /'=1\+1,,'-1.5,true,1815-12-10\r\n/)
        }
        const people = await peopleIn(format === 'csv' ? csvSource : ndjsonSource, text)
        const { created } = await importPeople(other.app, operator, people, { userType: 'customer' })
        assert.equal(created, 1)
        const found = await other.call('GET', '/v1/users?attribute=floor=-1.5', { token: admin.token })
        const path = `/v1/users/${found.body.items[0]?.id}/attributes`
        const { items } = (await other.call('GET', path, { token: admin.token })).body
        const values = Object.fromEntries(items.map(({ key, value }) => [String(key), value]))
        assert.deepEqual(values, { ...given, size: null })
      })
    }

    test('are refused with their line where they are unknown or wrong', async (t) => {
      const { house } = await openWithAttributes(engine)
      t.after(() => house.close())
      const people = await peopleIn(
        csvSource,
        'username,attribute.floor,attribute.tall\r\na,3,\r\nb,high,\r\nc,,yes\r\nd,,\r\ne,"3\n",\r\n',
      )
      const { created, refused } = await importPeople(house.app, operator, people, { userType: 'customer' })
      assert.deepEqual(
        [created, refused.map(({ index, detail }) => [index, detail])],
        [
          2,
          [
            [1, 'the attribute floor must be a number'],
            [2, 'the attribute tall is no attribute'],
            [4, 'the attribute floor must be a number'],
          ],
        ],
      )
    })
  })
}
