import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openQuestions, type Questions } from '../../test/questions.ts'
import { engines } from '../../test/storages.ts'
import { grant } from '../accounts/permissions/grants.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { operator } from '../identity.ts'

for (const engine of engines) {
  describe(`who can do what, on ${engine}`, () => {
    let house: Questions
    let asker: string
    before(async () => {
      house = await openQuestions(engine)
      const type = { name: 'asker', description: '', permissions: ['permissions:check'] as const }
      await createUserType(house.app, operator, type)
      asker = (await house.signedIn('asker', 'asker')).token
      const given = { kind: 'grant', permission: 'keys:read', reason: 'cover', until: null } as const
      await grant(house.app, operator, house.ids.viewer!, given)
    })
    after(() => house.close())

    const get = (path: string, token = house.admin.token) =>
      house.call('GET', `/v1/permissions/${path}`, { token })
    const named = async (path: string) =>
      (await get(path)).body.items.map((one) => {
        const { username, relation, rule } = one as {
          username?: unknown
          relation?: unknown
          rule?: { kind: string }
        }
        return [username, relation, rule?.kind]
      })

    test('of a permission: those who have it, by name and with the rule', async () => {
      assert.deepEqual(await named('holders?permission=keys:read'), [
        ['admin', null, 'user_type'],
        ['viewer', null, 'grant'],
      ])
    })

    test('of a device: those who may, with the relation; not those who are denied or disabled', async () => {
      const device = house.ids['lamp-1']
      assert.deepEqual(await named(`holders?action=view&device=${device}`), [
        ['owner', 'owner', 'user_type'],
        ['viewer', 'viewer', 'user_type'],
      ])
      assert.deepEqual(await named(`holders?action=control&device=${device}`), [
        ['owner', 'owner', 'user_type'],
      ])
      assert.deepEqual(await named('holders?action=view&device=d_nowhere'), [])
    })

    test('page by page', async () => {
      const first = await get('holders?permission=keys:read&limit=1')
      const second = await get(`holders?permission=keys:read&limit=1&after=${first.body.next}`)
      assert.deepEqual(
        [first, second].map(({ body }) => [body.items.length, body.next === null]),
        [
          [1, false],
          [1, true],
        ],
      )
      assert.notEqual(first.body.items[0]?.id, second.body.items[0]?.id)
    })

    test('of a person: each permission with its rule, and the devices with what they may do', async () => {
      for (const who of [`subject=${house.ids.denied}`, 'username=Denied']) {
        const { body } = await get(`of?${who}`)
        const { permissions, devices } = body as unknown as {
          permissions: { permission: string; allowed: boolean; rule: { kind: string } }[]
          devices: { uid: string; name: string; relation: string; actions: string[] }[]
        }
        assert.deepEqual([body.id, body.username, body.enabled], [house.ids.denied, 'denied', true])
        assert.deepEqual(
          permissions.map(({ permission, allowed, rule }) => [permission, allowed, rule.kind]),
          [
            ['api-keys:write', true, 'user_type'],
            ['devices:bind', true, 'user_type'],
            ['devices:control', true, 'user_type'],
            ['devices:view', false, 'denial'],
          ],
        )
        const device = { uid: house.ids['lamp-1'], name: 'a lamp', relation: 'viewer', actions: [] }
        assert.deepEqual([devices, body.next], [[device], null])
      }
      const { body } = await get(`of?subject=${house.ids.owner}&limit=1`)
      const { devices } = body as unknown as { devices: { actions: string[] }[] }
      assert.deepEqual([devices.length, devices[0]?.actions], [1, ['view', 'control', 'own']])
      assert.notEqual(body.next, null)
      const rest = await get(`of?subject=${house.ids.owner}&limit=1&after=${body.next}`)
      assert.equal(rest.body.next, null)
    })

    test('who is disabled may do nothing with a device', async () => {
      const { body } = await get(`of?subject=${house.ids.gone}`)
      const { devices } = body as unknown as { devices: { actions: string[] }[] }
      assert.deepEqual([body.enabled, devices[0]?.actions], [false, []])
    })

    test('who may ask and not see users learns no names', async () => {
      const holders = await get('holders?permission=keys:read', asker)
      assert.deepEqual(
        holders.body.items.map((one) => (one as { username?: unknown }).username),
        [null, null],
      )
      const { body } = await get(`of?subject=${house.ids.owner}`, asker)
      const { devices } = body as unknown as { devices: { name: string | null }[] }
      assert.deepEqual([body.username, devices[0]?.name], [null, null])
      const refused = await get('of?username=owner', asker)
      assert.deepEqual([refused.status, refused.body.code], [403, 'permission_missing'])
    })

    const refused: readonly [path: string, status: number][] = [
      ['holders', 400],
      ['holders?permission=eat', 400],
      ['holders?action=view', 400],
      ['holders?device=d_1', 400],
      ['holders?permission=keys:read&device=d_1', 400],
      ['holders?permission=keys:read&limit=0', 400],
      ['of', 400],
      ['of?subject=usr_1&username=owner', 400],
      ['of?subject=usr_1', 404],
      ['of?username=nobody', 404],
    ]
    for (const [path, status] of refused)
      test(`refused is ${path}`, async () => assert.equal((await get(path)).status, status))

    test('nobody asks without the permission for it', async () => {
      for (const path of ['holders?permission=keys:read', `of?subject=${house.ids.owner}`])
        assert.equal((await get(path, house.clerk.token)).status, 403)
    })
  })
}
