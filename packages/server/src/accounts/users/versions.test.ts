import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { changeUserType, createUserType } from '../user-types/user-types.ts'
import { disableUser, enableUser, updateUser } from './users.ts'

for (const engine of engines) {
  describe(`two who change one person, ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let ada: SignedIn
    before(async () => {
      house = await openTestApp(engine)
      admin = await house.signedIn('admin', 'administrator')
      ada = await house.signedIn('ada')
      await createUserType(house.app, operator, { name: 'guest', description: '', permissions: [] })
    })
    after(() => house.close())

    const path = () => `/v1/users/${ada.id}`
    const read = () => house.call('GET', path(), { token: admin.token })
    const change = (body: object, ifMatch?: string) =>
      house.call('PATCH', path(), {
        ...{ token: admin.token, body },
        ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
      })

    test('a version is in the body and in quotes as the entity tag', async () => {
      const { body, headers } = await read()
      assert.equal(headers.get('etag'), `"${body.version}"`)
      const changed = await change({ display_name: 'Ada' }, `"${body.version}"`)
      assert.equal(changed.status, 200)
      assert.notEqual(changed.body.version, body.version)
      assert.equal(changed.headers.get('etag'), `"${changed.body.version}"`)
    })

    test('who was second is refused, and nothing is changed', async () => {
      const tag = (await read()).headers.get('etag') ?? ''
      assert.equal((await change({ user_type: 'guest' }, tag)).status, 200)
      const late = await change({ display_name: 'Late' }, tag)
      assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed'])
      const { body } = await read()
      assert.deepEqual([body.user_type, body.display_name], ['guest', 'Ada'])
    })

    for (const [name, tag] of [
      ['a weak one', (version: number) => `W/"${version}"`],
      ['one without quotes', (version: number) => `${version}`],
      ['another', (version: number) => `"${version + 1}"`],
      ['one with something before it', (version: number) => `x"${version}"`],
      ['one with something behind it', (version: number) => `"${version}"x`],
      ['one with a blank in it', (version: number) => `" ${version}"`],
      ['nothing', () => ''],
    ] as const) {
      test(`the entity tag that fits is not ${name}`, async () => {
        const { version } = (await read()).body
        assert.equal((await change({ display_name: 'No' }, tag(Number(version)))).status, 412)
      })
    }

    test('without a version, or with any, whoever comes last counts', async () => {
      assert.equal((await change({ display_name: 'One' })).status, 200)
      assert.equal((await change({ display_name: 'Two' }, '*')).status, 200)
      const { version } = (await read()).body
      assert.equal((await change({ display_name: 'Three' }, `"0", "${version}"`)).status, 200)
    })

    const versions: readonly [string, () => Promise<unknown>, boolean][] = [
      ['another name', () => updateUser(house.app, operator, ada.id, { displayName: 'Other' }), true],
      ['the same name', () => updateUser(house.app, operator, ada.id, { displayName: 'Other' }), false],
      [
        'a name that is taken away',
        () => updateUser(house.app, operator, ada.id, { displayName: null }),
        true,
      ],
      ['another type', () => updateUser(house.app, operator, ada.id, { userType: 'customer' }), true],
      ['the same type', () => updateUser(house.app, operator, ada.id, { userType: 'customer' }), false],
      [
        'a type of another name',
        () => changeUserType(house.app, operator, 'customer', { name: 'client' }),
        true,
      ],
      ['disabling', () => disableUser(house.app, operator, ada.id), false],
      ['enabling', () => enableUser(house.app, operator, ada.id), false],
    ]
    for (const [name, act, changes] of versions) {
      test(`${name} is ${changes ? 'another' : 'the same'} version`, async () => {
        const before = (await read()).body.version
        await act()
        assert.equal((await read()).body.version !== before, changes)
      })
    }

    test('of 64 who change one version at once, one does', async () => {
      const tag = (await read()).headers.get('etag') ?? ''
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, at) => change({ display_name: `Number ${at}` }, tag)),
      )
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status === 200).length, 1)
      assert.ok(statuses.every((status) => status === 200 || status === 412))
      const winner = answers.findIndex(({ status }) => status === 200)
      assert.equal((await read()).body.display_name, `Number ${winner}`)
    })
  })
}
