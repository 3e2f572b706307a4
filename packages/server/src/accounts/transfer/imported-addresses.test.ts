import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { takeLetters } from '../../../test/letters.ts'
import { peopleIn } from '../../../test/people.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { ownPermissions } from '../../permissions.ts'
import { addAddress } from '../addresses/addresses.ts'
import { createUserType } from '../user-types/user-types.ts'
import { findUserByName } from '../users/store.ts'
import { exportPeople } from './export-people.ts'
import { importPeople } from './import-people.ts'
import type { AddressOptions } from './imported-addresses.ts'
import { djangoSource, firebaseSource, keycloakSource } from './sources/json-sources.ts'
import { csvSource, ndjsonSource } from './sources/line-sources.ts'
import type { Source } from './sources/source.ts'
import type { TransferredPerson } from './transferred-person.ts'

const base = {
  ...{ displayName: null, userType: undefined, passwordHash: null, isDisabled: false, createdAt: undefined },
}
const person = (username: string, ...addresses: string[]): TransferredPerson => ({
  ...{ ...base, username, addresses: addresses.map((address) => ({ address, isUnverified: false })) },
})

for (const engine of engines) {
  describe(`addresses of mail of another program, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('admin', 'administrator')
    })
    after(() => house.close())

    const take = (mode: AddressOptions['mode'], ...people: TransferredPerson[]) =>
      importPeople(house.app, operator, people, {
        userType: 'customer',
        addresses: { mode, language: 'zh-Hant' },
      })
    const addressesOf = async (username: string) => {
      const found = await findUserByName(house.app.db, username)
      const path = `/v1/users/${found?.id}/addresses`
      const { items } = (await house.call('GET', path, { token: admin.token })).body
      return items.map(({ address, primary, proven_at }) => [address, primary, proven_at !== null])
    }

    test('are left out unless it is said what becomes of them', async () => {
      await importPeople(house.app, operator, [person('one', 'one@example.com')], { userType: 'customer' })
      assert.deepEqual(await addressesOf('one'), [])
    })

    test('are claims without proof, and no letter is sent to them', async () => {
      await take('unproven', person('two', 'Two@Example.com', 'two@example.com', '2@example.com'))
      assert.deepEqual(await addressesOf('two'), [
        ['Two@example.com', false, false],
        ['2@example.com', false, false],
      ])
      assert.deepEqual(await takeLetters(house.app), [])
    })

    test('are proven, the first is the primary one, and letters go there in the language that was said', async () => {
      await take('proven', person('three', 'three@example.com', '3@example.com'))
      assert.deepEqual(await addressesOf('three'), [
        ['three@example.com', true, true],
        ['3@example.com', false, true],
      ])
      const { id } = (await findUserByName(house.app.db, 'three'))!
      await house.call('POST', `/v1/users/${id}/recover`, { token: admin.token })
      const [letter] = await takeLetters(house.app)
      assert.equal(letter?.to, 'three@example.com')
      assert.match(letter?.subject ?? '', /\p{sc=Han}/u)
    })

    test('are never proven where the other program says that nobody has proven them', async () => {
      const addresses = [
        { address: 'mine@example.com', isUnverified: true },
        { address: 'four@example.com', isUnverified: false },
      ]
      await take('proven', { ...base, username: 'four', addresses })
      assert.deepEqual(await addressesOf('four'), [
        ['four@example.com', true, true],
        ['mine@example.com', false, false],
      ])
    })

    const refused: readonly [string, TransferredPerson, string][] = [
      ['that are none', person('bad', 'at home'), 'request_invalid'],
      ['of which one is none', person('bad', 'bad@example.com', 'x@y'), 'request_invalid'],
      ['that another account has proven', person('bad', 'THREE@example.com'), 'address_taken'],
      [
        'of which another account has proven one',
        person('bad', 'bad@example.com', '3@example.com'),
        'address_taken',
      ],
    ]
    for (const [name, given, code] of refused) {
      test(`make no account: ${name}`, async () => {
        const { created, refused: list } = await take('proven', given, person(`beside ${name}`))
        assert.deepEqual([created, list.map((one) => [one.index, one.code])], [1, [[0, code]]])
        assert.ok(!list[0]?.detail.includes('@'))
        assert.equal(await findUserByName(house.app.db, 'bad'), undefined)
      })
    }

    test('that are proven are taken from who has only claimed them', async () => {
      const claims = await house.signedIn('claims')
      await addAddress(house.app, operator, claims.id, { address: 'five@example.com', language: 'en' })
      await take('proven', person('five', 'Five@example.com'))
      assert.deepEqual(await addressesOf('claims'), [])
      assert.deepEqual(await addressesOf('five'), [['Five@example.com', true, true]])
      const found = await house.call('GET', '/v1/users?text=five@example', { token: admin.token })
      assert.deepEqual(found.body.items, [])
      await house.app.jobs.runNow(1_000)
      const later = await house.call('GET', '/v1/users?text=five@example', { token: admin.token })
      assert.deepEqual(
        later.body.items.map(({ username }) => username),
        ['five'],
      )
      const [row] = await house.app.db.query<{ details: string }>(
        `SELECT details FROM activity WHERE event = 'user.change_address' AND target = $1 ORDER BY id DESC LIMIT 1`,
        claims.id,
      )
      assert.deepEqual(JSON.parse(row?.details ?? ''), { change: 'lost' })
    })

    test('that are claimed take nothing from anybody', async () => {
      const { created } = await take('unproven', person('six', 'three@example.com'))
      assert.equal(created, 1)
      assert.deepEqual(await addressesOf('six'), [['three@example.com', false, false]])
      assert.deepEqual((await addressesOf('three'))[0], ['three@example.com', true, true])
    })

    test('belong to one of a file, and a claim of the same file goes', async () => {
      const claim = { address: 'seven@example.com', isUnverified: true }
      const { created, refused: list } = await take(
        'proven',
        { ...base, username: 'seven-claims', addresses: [claim] },
        person('seven', 'seven@example.com'),
        person('seven-too', 'SEVEN@example.com'),
      )
      assert.deepEqual([created, list.map(({ index, code }) => [index, code])], [2, [[2, 'address_taken']]])
      assert.deepEqual(await addressesOf('seven-claims'), [])
      assert.deepEqual(await addressesOf('seven'), [['seven@example.com', true, true]])
    })

    test('are not taken from somebody on whom the one who imports may not act', async () => {
      await createUserType(house.app, operator, {
        ...{ name: 'helpdesk', description: '', permissions: ['users:write', ...ownPermissions] },
      })
      const helper = await house.signedIn('helper', 'helpdesk')
      await addAddress(house.app, operator, admin.id, { address: 'admin@example.com', language: 'en' })
      const users = [{ username: 'eight', addresses: ['admin@example.com'] }, { username: 'nine' }]
      const { body } = await house.call('POST', '/v1/users/imports', {
        ...{ token: helper.token, body: { users, addresses: 'proven' } },
      })
      assert.deepEqual(
        [body.created, body.refused.map(({ index, code }) => [index, code])],
        [1, [[0, 'permission_missing']]],
      )
      assert.equal((await addressesOf('admin')).length, 1)
    })

    test('are asked about without storing any', async () => {
      const people = [person('ten', 'ten@example.com'), person('ten-too', 'ten@example.com')]
      const { created, refused: list } = await importPeople(house.app, operator, people, {
        ...{ userType: 'customer', isTrial: true, addresses: { mode: 'proven', language: 'en' } },
      })
      assert.deepEqual([created, list[0]?.code], [1, 'address_taken'])
      const rows = await house.app.db.query(
        `SELECT id FROM user_addresses WHERE address_key = 'ten@example.com'`,
      )
      assert.deepEqual(rows, [])
    })

    for (const [name, body] of [
      ['a choice that there is not', { addresses: 'verified' }],
      ['a language that there is not', { language: 'de' }],
      [
        'eleven addresses',
        { users: [{ username: 'x', addresses: Array.from({ length: 11 }, (_, at) => `${at}@x.example`) }] },
      ],
      ['a text in place of a list', { users: [{ username: 'x', addresses: 'x@example.com' }] }],
    ] as const) {
      test(`a request with ${name} is refused whole`, async () => {
        const answer = await house.call('POST', '/v1/users/imports', {
          ...{ token: admin.token, body: { users: [{ username: 'x' }], ...body } },
        })
        assert.equal(answer.body.code, 'request_invalid')
      })
    }

    for (const [format, source] of [
      ['csv', csvSource],
      ['ndjson', ndjsonSource],
    ] as const) {
      test(`that are proven are exported as ${format}, and those that are not are left out`, async (t) => {
        let text = ''
        for await (const part of exportPeople(house.app, operator, { format, withHashes: false }))
          text += part
        assert.ok(!text.includes('two@example.com') && !text.includes('mine@example.com'))
        const elsewhere = await openTestApp(engine)
        t.after(() => elsewhere.close())
        await createUserType(elsewhere.app, operator, { name: 'helpdesk', description: '', permissions: [] })
        const people = await peopleIn(source, text)
        const addresses = { mode: 'proven', language: 'en' } as const
        const { refused: list } = await importPeople(elsewhere.app, operator, people, {
          userType: 'customer',
          addresses,
        })
        assert.deepEqual(list, [])
        const rows = `SELECT username_key, address, is_primary FROM user_addresses JOIN users ON users.id = user_id
          WHERE proven_at IS NOT NULL ORDER BY username_key, address_key`
        assert.deepEqual(await elsewhere.app.db.query(rows), await house.app.db.query(rows))
      })
    }
  })
}

const parameters = { signerKey: Buffer.from('a'), saltSeparator: Buffer.from('b'), rounds: 8, memCost: 14 }
const dumps: readonly [string, Source, unknown, TransferredPerson['addresses']][] = [
  [
    'Django, which says nothing of proofs',
    djangoSource,
    [{ model: 'auth.user', fields: { username: 'a', email: 'a@example.com' } }],
    [{ address: 'a@example.com', isUnverified: false }],
  ],
  [
    'Django without an address',
    djangoSource,
    [{ model: 'auth.user', fields: { username: 'a', email: '' } }],
    undefined,
  ],
  [
    'Keycloak, proven',
    keycloakSource,
    { users: [{ username: 'a', email: 'a@example.com', emailVerified: true }] },
    [{ address: 'a@example.com', isUnverified: false }],
  ],
  [
    'Keycloak, not proven',
    keycloakSource,
    { users: [{ username: 'a', email: 'a@example.com', emailVerified: false }] },
    [{ address: 'a@example.com', isUnverified: true }],
  ],
  [
    'Keycloak, which does not say',
    keycloakSource,
    { users: [{ username: 'a', email: 'a@example.com' }] },
    [{ address: 'a@example.com', isUnverified: true }],
  ],
  [
    'Firebase, not proven',
    firebaseSource(parameters),
    { users: [{ localId: '1', email: 'a@example.com', emailVerified: false }] },
    [{ address: 'a@example.com', isUnverified: true }],
  ],
]
for (const [name, source, dump, expected] of dumps) {
  test(`an address is read from the file of ${name}`, async () => {
    const [one] = await peopleIn(source, JSON.stringify(dump))
    assert.deepEqual(one?.addresses, expected)
  })
}
