import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { type Home, openHome } from '../../test/home.ts'
import { engines } from '../../test/storages.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { operator } from '../identity.ts'
import type { Permission } from '../permissions.ts'

for (const engine of engines) {
  describe(`names of what the log tells of on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let ids: { readonly device: string; readonly service: string; readonly app: string; readonly key: string }
    before(async () => {
      house = await openHome(engine)
      ada = await house.signedIn('ada')
      const { token } = house.admin
      const made = async (path: string, body: object) =>
        (await house.call('POST', path, { token, body })).body
      const { uid: device } = await house.lamp()
      const service = await made('/v1/services', { name: 'Pages', scopes: [] })
      const app = await made('/v1/apps', {
        name: 'Other house',
        user_type: null,
        longest_session_seconds: 3600,
      })
      const key = await made('/v1/api-keys', { name: 'script', scopes: ['users:read'] })
      ids = { device, service: service.id, app: app.id, key: key.id }
    })
    after(() => house.close())

    const all = () => [ada.id, ids.device, ids.service, ids.app, ids.key, 'usr_nobody', 'server'].join()
    const names = async (token: string, asked = all()) => {
      const { status, body } = await house.call('GET', `/v1/activity/names?ids=${asked}`, { token })
      return status === 200 ? body.items.map(({ kind, name }) => `${kind} ${name}`).sort() : status
    }

    test('whoever may see everything has every name, of what there is', async () => {
      assert.deepEqual(await names(house.admin.token), [
        'api_key script',
        'app Other house',
        'device a lamp',
        'service Pages',
        'user ada',
      ])
    })

    for (const [permission, known] of [
      ['users:read', ['api_key script', 'user ada']],
      ['devices:read', ['device a lamp']],
      ['services:read', ['service Pages']],
      ['apps:read', ['app Other house']],
      ['keys:read', []],
    ] as const satisfies readonly (readonly [Permission, readonly string[]])[]) {
      test(`with ${permission} alone, nothing else has a name`, async () => {
        const type = `type-${permission.split(':')[0]}`
        const permissions: Permission[] = ['activity:read', permission]
        await createUserType(house.app, operator, { name: type, description: 'x', permissions })
        const { token } = await house.signedIn(`reader-${type}`, type)
        assert.deepEqual(await names(token), known)
      })
    }

    test('whoever may not read the log is refused, and so is a list that is too long', async () => {
      assert.equal(await names(ada.token), 403)
      assert.equal(await names(house.admin.token, Array(101).fill('usr_a').join()), 400)
      assert.equal(await names(house.admin.token, 'x'.repeat(65)), 400)
    })

    test('whoever was deleted has no name', async () => {
      const bob = await house.signedIn('bob')
      assert.deepEqual(await names(house.admin.token, bob.id), ['user bob'])
      await house.app.db.transaction((tx) => tx.query('DELETE FROM users WHERE id = $1', bob.id))
      assert.deepEqual(await names(house.admin.token, bob.id), [])
    })
  })
}
