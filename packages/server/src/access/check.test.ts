import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedIn } from '../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../test/home.ts'
import { engines } from '../../test/storages.ts'
import { grant } from '../accounts/permissions/grants.ts'
import { createUserType } from '../accounts/user-types/user-types.ts'
import { disableUser, enableUser } from '../accounts/users/users.ts'
import { operator } from '../identity.ts'
import type { DeviceAction } from './decide.ts'

for (const engine of engines) {
  describe(`what somebody may do is asked, on ${engine}`, () => {
    let house: Home
    let lamp: Lamp
    const people: Record<string, SignedIn> = {}
    before(async () => {
      house = await openHome(engine)
      const { app } = house
      await createUserType(app, operator, { name: 'looker', description: '', permissions: ['devices:view'] })
      const types = {
        owner: 'customer',
        controller: 'customer',
        viewer: 'customer',
        weak: 'looker',
        denied: 'customer',
        granted: 'looker',
        stranger: 'customer',
      }
      for (const [name, type] of Object.entries(types)) people[name] = await house.signedIn(name, type)
      lamp = await house.lampOf(people.owner!)
      for (const [username, relation] of [
        ['controller', 'controller'],
        ['viewer', 'viewer'],
        ['weak', 'controller'],
        ['denied', 'controller'],
        ['granted', 'controller'],
      ]) {
        const body = { username, relation }
        await house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: people.owner!.token, body })
      }
      const more = { permission: 'devices:control', reason: 'a reason', until: null } as const
      await grant(app, operator, people.denied!.id, { ...more, kind: 'denial' })
      await grant(app, operator, people.granted!.id, { ...more, kind: 'grant' })
    })
    after(() => house.close())

    const ask = (body: unknown, token = house.admin.token) =>
      house.call('POST', '/v1/permissions/check', { token, body })
    /** What the server does when somebody tries. */
    const tried = async (person: SignedIn, action: DeviceAction): Promise<boolean> => {
      const { username, password } = person
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      const path = `/v1/devices/${lamp.uid}`
      const token = String(body.access_token)
      const answer =
        action === 'view'
          ? await house.call('GET', `${path}/telemetry`, { token })
          : action === 'control'
            ? await house.call('PATCH', `${path}/state`, { token, body: { desired: {} } })
            : await house.call('GET', `${path}/shares`, { token })
      return answer.status === 200
    }

    const rows: readonly [
      who: string,
      action: DeviceAction,
      reason: string,
      relation: string | null,
      rule: string | null,
    ][] = [
      ['owner', 'view', 'allowed', 'owner', 'user_type'],
      ['owner', 'control', 'allowed', 'owner', 'user_type'],
      ['owner', 'own', 'allowed', 'owner', 'user_type'],
      ['controller', 'view', 'allowed', 'controller', 'user_type'],
      ['controller', 'control', 'allowed', 'controller', 'user_type'],
      ['controller', 'own', 'not_allowed_by_relation', 'controller', null],
      ['viewer', 'view', 'allowed', 'viewer', 'user_type'],
      ['viewer', 'control', 'not_allowed_by_relation', 'viewer', null],
      ['viewer', 'own', 'not_allowed_by_relation', 'viewer', null],
      ['weak', 'view', 'allowed', 'controller', 'user_type'],
      ['weak', 'control', 'permission_missing', 'controller', null],
      ['denied', 'view', 'allowed', 'controller', 'user_type'],
      ['denied', 'control', 'permission_denied', 'controller', 'denial'],
      ['granted', 'control', 'allowed', 'controller', 'grant'],
      ['stranger', 'view', 'not_related', null, null],
      ['stranger', 'control', 'not_related', null, null],
      ['stranger', 'own', 'not_related', null, null],
    ]
    for (const [who, action, reason, relation, rule] of rows) {
      test(`${who} to ${action}: ${reason}, as when they try`, async () => {
        const person = people[who]!
        const { status, body } = await ask({ subject: person.id, action, device: lamp.uid })
        const { kind } = (body.rule ?? { kind: null }) as { kind: string | null } // held to its schema
        assert.deepEqual([status, body.reason, body.relation, kind], [200, reason, relation, rule])
        assert.equal(body.allowed, reason === 'allowed')
        assert.equal(await tried(person, action), body.allowed)
      })
    }

    const permissions = [
      { who: 'weak', permission: 'devices:view', reason: 'allowed' },
      { who: 'weak', permission: 'devices:control', reason: 'permission_missing' },
      { who: 'denied', permission: 'devices:control', reason: 'permission_denied' },
      { who: 'granted', permission: 'devices:control', reason: 'allowed' },
      { who: 'owner', permission: 'users:read', reason: 'permission_missing' },
    ]
    for (const { who, permission, reason } of permissions) {
      test(`${who} and ${permission}: ${reason}`, async () => {
        const { body } = await ask({ subject: people[who]!.id, permission })
        assert.deepEqual(
          [body.reason, body.allowed, body.permission],
          [reason, reason === 'allowed', permission],
        )
      })
    }

    test('a device that is not there is one that nobody has to do with', async () => {
      const { body } = await ask({ subject: people.owner!.id, action: 'view', device: 'd_nowhere' })
      assert.deepEqual([body.allowed, body.reason], [false, 'not_related'])
    })

    test('whoever is disabled may do nothing', async () => {
      const { id } = people.owner!
      await disableUser(house.app, operator, id)
      for (const body of [
        { subject: id, permission: 'devices:view' },
        { subject: id, permission: 'keys:read' },
        { subject: id, action: 'view', device: lamp.uid },
        { subject: id, action: 'view', device: 'd_nowhere' },
      ]) {
        const answer = await ask(body)
        assert.deepEqual([answer.body.allowed, answer.body.reason], [false, 'account_disabled'])
      }
      await enableUser(house.app, operator, id)
    })

    const refused = [
      { name: 'nothing', body: {}, code: 'request_invalid' },
      { name: 'a subject alone', body: { subject: 'usr_1' }, code: 'request_invalid' },
      {
        name: 'an action without a device',
        body: { subject: 'usr_1', action: 'view' },
        code: 'request_invalid',
      },
      {
        name: 'a device without an action',
        body: { subject: 'usr_1', device: 'd_1' },
        code: 'request_invalid',
      },
      {
        name: 'a permission with a device',
        body: { subject: 'usr_1', permission: 'devices:view', device: 'd_1' },
        code: 'request_invalid',
      },
      {
        name: 'both questions',
        body: { subject: 'usr_1', permission: 'devices:view', action: 'view', device: 'd_1' },
        code: 'request_invalid',
      },
      {
        name: 'a permission that is none',
        body: { subject: 'usr_1', permission: 'x:y' },
        code: 'request_invalid',
      },
      {
        name: 'an action that is none',
        body: { subject: 'usr_1', action: 'eat', device: 'd_1' },
        code: 'request_invalid',
      },
      {
        name: 'somebody who is not there',
        body: { subject: 'usr_1', permission: 'devices:view' },
        code: 'user_not_found',
      },
    ]
    for (const { name, body, code } of refused) {
      test(`refused is ${name}`, async () => assert.equal((await ask(body)).body.code, code))
    }

    test('nobody asks without the permission for it', async () => {
      const body = { subject: people.owner!.id, permission: 'devices:view' }
      const answer = await ask(body, people.stranger!.token)
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
    })
  })
}
