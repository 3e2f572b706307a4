import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import type { Answered, SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { newClientKey, proofOf } from '../../../test/proofs.ts'
import { engines } from '../../../test/storages.ts'
import { operator } from '../../identity.ts'
import { endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import { grant } from '../permissions/grants.ts'
import { changeUserType, createUserType } from '../user-types/user-types.ts'
import { disableUser, enableUser, updateUser } from '../users/users.ts'

/** The routes that somebody who acts as a person may ask for. Whoever adds one thinks of what it gives away. */
const open = [
  ...[
    'readMe',
    'listMySessions',
    'listLogCheckpoints',
    'listAlarms',
    'countAlarms',
    'listApplicationSecrets',
    'listApplicationStreams',
    'listApplicationWorkloads',
    'listApplications',
    'listMyApplications',
    'listMyApprovals',
    'listRegisteredApplications',
    'listServiceWorkloads',
    'readApplication',
    'readAlarm',
    'listAlarmRules',
    'listAlarmSilences',
    'listWebhooks',
    'readWebhook',
    'listWebhookDeliveries',
    'readWebhookDelivery',
    'listLogHolds',
    'listMyActivity',
    'readMyFactors',
    'readReceipt',
    'readOverview',
    'readStatistics',
    'listMyAddresses',
    'logOut',
  ],
  ...['listUsers', 'countUsers', 'readUser', 'listUserSessions', 'readUserFactors', 'listUserAddresses'],
  ...['listMyIdentities', 'listUserIdentities', 'listProviders', 'listProviderPresets', 'readProvider'],
  ...['listMyPasskeys', 'listAttributes', 'readAttribute', 'readMyAttributes', 'readUserAttributes'],
  ...[
    'listUserTypes',
    'readUserType',
    'readEvent',
    'readFactorRule',
    'readLogProof',
    'listUserPermissions',
    'listGrants',
  ],
  ...['checkPermission', 'listHolders', 'readAbilities'],
  ...[
    'searchActivity',
    'nameActivity',
    'followActivity',
    'listSignIns',
    'listServices',
    'listApps',
    'readApp',
    'listAppKeys',
    'listAppPeople',
    'readService',
    'readServiceConfiguration',
    'listScopeHolders',
    'listMyApiKeys',
    'listUserApiKeys',
    'listSharedKeys',
    'listKeySetFetches',
    'listServiceKeys',
    'listSigningKeys',
    'previewKeyRotation',
    'previewServiceKeyRotation',
  ],
  ...[
    'listDevices',
    'readDevice',
    'readDeviceConnection',
    'listDeviceKeys',
    'listTelemetry',
    'listDeviceLogs',
  ],
  ...['readShadow', 'changeShadow', 'commandDevice'],
  ...['bindDevice', 'unbindDevice', 'listShares', 'shareDevice', 'endShare'],
]

for (const engine of engines) {
  describe(`acting as a person, on ${engine}`, () => {
    let house: Home
    let ada: SignedIn
    let helper: SignedIn
    let more: SignedIn
    let lamp: Lamp
    before(async () => {
      house = await openHome(engine)
      const permissions = [
        ...(['users:read', 'users:act-as', 'permissions:check', 'activity:read', 'api-keys:write'] as const),
        ...(['devices:bind', 'devices:view', 'devices:control'] as const),
      ]
      await createUserType(house.app, operator, { name: 'helper', description: '', permissions })
      ada = await house.signedIn('ada')
      helper = await house.signedIn('helper', 'helper')
      lamp = await house.lampOf(ada)
      more = await house.signedIn('more')
      const given = { kind: 'grant', permission: 'keys:read', reason: 'a reason', until: null } as const
      await grant(house.app, operator, more.id, given)
    })
    after(() => house.close())

    /** A fresh session of somebody; each of these tests ends some. */
    const fresh = async ({ username, password }: SignedIn) => {
      const { body } = await house.call('POST', '/v1/login', { body: { username, password } })
      return { token: String(body.access_token), sessionId: String(body.session_id) }
    }
    const ask = (token: string, id = ada.id, body: unknown = { reason: 'a lamp does not answer' }) =>
      house.call('POST', `/v1/users/${id}/act-as`, { token, body, headers: { 'user-agent': 'desk/1' } })
    const acting = async (id = ada.id) => {
      // What the test before has denied is over.
      house.world.advance(2_000)
      const by = await fresh(helper)
      const { status, body } = await ask(by.token, id)
      assert.equal(status, 200)
      return { by, token: String(body.access_token), sessionId: String(body.session_id), body }
    }
    const me = (token: string) => house.call('GET', '/v1/me', { token })

    test('the token names both, permits what the person may, and is not refreshed', async () => {
      const { by, token, sessionId, body } = await acting()
      const { claims } = decodeUnverified(token)
      const { sub, act, sid, scope, amr, acr, auth_time: time } = claims
      const [exp, iat] = [Number(claims.exp), Number(claims.iat)]
      assert.deepEqual([sub, sid], [ada.id, sessionId])
      const { sub: actor, sid: session } = act as { sub: string; sid: string }
      assert.deepEqual([actor, session], [helper.id, by.sessionId])
      assert.equal(scope, 'api-keys:write devices:bind devices:control devices:view')
      assert.deepEqual([amr, acr, time], [undefined, undefined, undefined])
      assert.ok(exp - iat <= 30 * 60 && exp - iat === body.expires_in)
      assert.equal(body.refresh_token, undefined)
      const families = await house.app.db.query(
        'SELECT id FROM refresh_families WHERE session_id = $1',
        sessionId,
      )
      assert.deepEqual(families, [])
      const shown = (await me(token)).body
      assert.deepEqual(
        [shown.id, shown.acted_by, shown.permissions],
        [
          ada.id,
          { id: helper.id, username: 'helper' },
          ['api-keys:write', 'devices:bind', 'devices:control', 'devices:view'],
        ],
      )
      assert.equal((await me(by.token)).body.acted_by, null)
    })

    test('who may act as others gives that to nobody by it', async () => {
      const other = await house.signedIn('other helper', 'helper')
      const { token } = await acting(other.id)
      assert.doesNotMatch(String(decodeUnverified(token).claims.scope), /act-as/)
      const chained = await ask(token)
      assert.deepEqual([chained.status, chained.body.code], [403, 'kind_not_allowed'])
    })

    test('of a token that is bound to a key, the other is bound to it as well', async () => {
      const key = newClientKey()
      const proof = (path: string, token?: string) =>
        proofOf({
          ...{ key, token, method: 'POST', url: `${house.app.config.issuer}${path}` },
          atMs: house.world.now(),
        })
      const { username, password } = helper
      const { body: own } = await house.call('POST', '/v1/login', {
        ...{ body: { username, password }, headers: { dpop: proof('/v1/login') } },
      })
      const path = `/v1/users/${ada.id}/act-as`
      const token = String(own.access_token)
      const { body } = await house.call('POST', path, {
        body: { reason: 'a reason' },
        headers: { authorization: `DPoP ${token}`, dpop: proof(path, token) },
      })
      assert.equal(body.token_type, 'DPoP')
      const { cnf } = decodeUnverified(String(body.access_token)).claims
      assert.deepEqual(cnf, { jkt: key.thumbprint })
      assert.equal((await me(String(body.access_token))).status, 401)
    })

    test('a session that has an end and in which nobody acts ends by its own reason', async () => {
      const own = await fresh(helper)
      const endsAt = house.world.now() + 1_000
      await house.app.db.transaction((tx) =>
        tx.query('UPDATE sessions SET ends_at = $2 WHERE id = $1', own.sessionId, endsAt),
      )
      house.world.advance(1_000)
      await house.app.jobs.runNow(15_000)
      const ended = await house.app.db.query(
        'SELECT end_reason FROM sessions WHERE id = $1 AND ended_at IS NOT NULL',
        own.sessionId,
      )
      assert.deepEqual(ended, [{ end_reason: 'session_limit' }])
    })

    const refused: readonly [name: string, ask: () => Promise<Answered>, code: string][] = [
      ['without the permission', async () => ask(ada.token, more.id), 'permission_missing'],
      [
        'as somebody who holds more',
        async () => ask((await fresh(helper)).token, more.id),
        'permission_missing',
      ],
      [
        'as an administrator',
        async () => ask((await fresh(helper)).token, house.admin.id),
        'permission_missing',
      ],
      ['as oneself', async () => ask((await fresh(helper)).token, helper.id), 'permission_missing'],
      ['as nobody', async () => ask((await fresh(helper)).token, 'usr_1'), 'user_not_found'],
      ['without a reason', async () => ask((await fresh(helper)).token, ada.id, {}), 'request_invalid'],
      [
        'with an empty reason',
        async () => ask((await fresh(helper)).token, ada.id, { reason: '' }),
        'request_invalid',
      ],
      [
        'as somebody who is disabled',
        async () => {
          const gone = await house.signedIn('gone')
          await disableUser(house.app, operator, gone.id)
          return ask((await fresh(helper)).token, gone.id)
        },
        'account_disabled',
      ],
      [
        'by a sign-in of six minutes ago',
        async () => {
          const { body } = await house.call('POST', '/v1/login', {
            body: { username: helper.username, password: helper.password },
          })
          house.world.advance(6 * 60_000)
          const refreshed = await house.call('POST', '/v1/refresh', {
            body: { refresh_token: body.refresh_token },
          })
          return ask(String(refreshed.body.access_token))
        },
        'insufficient_user_authentication',
      ],
      [
        'by a service',
        async () => {
          const scopes = ['users:act-as', 'devices:bind', 'devices:view', 'devices:control']
          const made = await house.call('POST', '/v1/services', {
            ...{ token: (await fresh(house.admin)).token, body: { name: 'a service', scopes } },
          })
          const form = {
            grant_type: 'client_credentials',
            client_id: made.body.id,
            client_secret: made.body.secret,
          }
          const { body } = await house.call('POST', '/oauth/token', { form })
          return ask(String(body.access_token))
        },
        'kind_not_allowed',
      ],
    ]
    for (const [name, attempt, code] of refused)
      test(`refused is acting ${name}`, async () => assert.equal((await attempt()).body.code, code))

    test('every other route refuses whoever acts as somebody, before it looks at what is asked', async () => {
      const { token } = await acting()
      const routes = house.app.routes.filter(({ access }) => access !== 'public')
      assert.deepEqual(routes.flatMap(({ id, acting }) => (acting ? id : [])).sort(), open.toSorted())
      for (const { method, path, acting, errors } of routes) {
        if (acting) continue
        const answer = await house.call(method, path.replaceAll(/\{\w+\}/g, 'x'), { token })
        const code = errors === 'text' ? answer.text.split(':')[0] : answer.body.code
        assert.deepEqual([answer.status, code], [403, 'kind_not_allowed'], `${method} ${path}`)
      }
    })

    test('nor does anybody connect by it', async () => {
      const { token } = await acting()
      await assert.rejects(house.app5({ token }))
    })

    const ends: readonly [
      name: string,
      end: (acted: Awaited<ReturnType<typeof acting>>) => Promise<unknown>,
    ][] = [
      ['the way out', ({ token }) => house.call('POST', '/v1/logout', { token })],
      ['the administrator signs out', ({ by }) => house.call('POST', '/v1/logout', { token: by.token })],
      [
        'the session of the administrator ends',
        ({ by }) =>
          house.app.db.transaction((tx) =>
            endSession(house.app, tx, by.sessionId, 'ended_by_administrator', operator),
          ),
      ],
      [
        'the administrator is disabled',
        async () => {
          await disableUser(house.app, operator, helper.id)
          await enableUser(house.app, operator, helper.id)
        },
      ],
      [
        'the administrator is denied something',
        () =>
          grant(house.app, operator, helper.id, {
            ...({ kind: 'denial', permission: 'devices:bind', reason: 'a reason' } as const),
            until: house.world.now() + 1000,
          }),
      ],
      [
        'the type of the administrator is changed',
        async () => {
          const now = [
            'users:read',
            'users:act-as',
            'api-keys:write',
            'devices:bind',
            'devices:view',
            'devices:control',
          ] as const
          await changeUserType(house.app, operator, 'helper', { permissions: [...now] })
        },
      ],
      [
        'the person is denied something',
        () =>
          grant(house.app, operator, ada.id, {
            ...({ kind: 'denial', permission: 'devices:bind', reason: 'a reason' } as const),
            until: house.world.now() + 1000,
          }),
      ],
      [
        'the person gets another type',
        async () => {
          await createUserType(house.app, operator, {
            ...({ name: 'guest', description: '', permissions: ['devices:view'] } as const),
          })
          await updateUser(house.app, operator, ada.id, { userType: 'guest' })
          await updateUser(house.app, operator, ada.id, { userType: 'customer' })
        },
      ],
      [
        'the person is disabled',
        async () => {
          await disableUser(house.app, operator, ada.id)
          await enableUser(house.app, operator, ada.id)
        },
      ],
      [
        'the person ends it',
        async ({ sessionId }) => {
          const { token } = await fresh(ada)
          await house.call('DELETE', `/v1/me/sessions/${sessionId}`, { token })
        },
      ],
    ]
    for (const [name, end] of ends) {
      test(`it ends when: ${name}`, async () => {
        const acted = await acting()
        assert.equal((await me(acted.token)).status, 200)
        await end(acted)
        const answer = await me(acted.token)
        assert.deepEqual([answer.status, answer.body.code], [401, 'token_revoked'])
      })
    }

    test('the person sees it among their sessions and doings, with the name and the reason', async () => {
      const { sessionId, token: actingToken } = await acting()
      const { token } = await fresh(ada)
      const { body } = await house.call('GET', '/v1/me/sessions', { token })
      const sessions = body.items as unknown as { id: string; acted_by: unknown; user_agent: string }[]
      assert.deepEqual(
        sessions
          .filter(({ acted_by }) => acted_by !== null)
          .map(({ id, acted_by, user_agent }) => [id, acted_by, user_agent]),
        [[sessionId, { id: helper.id, username: 'helper' }, 'desk/1']],
      )
      await house.call('POST', `/v1/devices/${lamp.uid}/shares`, {
        ...{ token: actingToken, body: { username: 'more', relation: 'viewer' } },
      })
      await house.call('GET', '/v1/keys', { token: actingToken })
      await house.app.activity.flushRefusals(true)
      const doings = await house.call('GET', '/v1/me/activity?limit=200', { token })
      const of = (event: string) =>
        (
          doings.body.items as unknown as {
            event: string
            session_id: string
            details: Record<string, unknown>
          }[]
        )
          .filter((one) => one.event === event && one.session_id === sessionId)
          .map(({ details }) => details)
      assert.deepEqual(of('session.begin_acting'), [
        { why: 'a lamp does not answer', acted_by: helper.id, acted_by_name: 'helper' },
      ])
      assert.deepEqual(of('device.share')[0]?.acted_by, helper.id)
      assert.deepEqual(of('access.refuse')[0]?.acted_by, helper.id)
      const search = await house.call('GET', `/v1/activity?event=user.act_as&subject=${helper.id}&limit=1`, {
        token: (await fresh(house.admin)).token,
      })
      const [told] = search.body.items as unknown as { target: string; details: unknown }[]
      assert.deepEqual(told, {
        ...told,
        ...{ target: ada.id, details: { session: sessionId, why: 'a lamp does not answer' } },
      })
    })

    test('its place is none that the person knows, and their last sign-in is not touched', async () => {
      const { app } = house
      const before = (
        await house.call('GET', `/v1/users/${ada.id}`, { token: (await fresh(house.admin)).token })
      ).body
      await acting()
      const later = (
        await house.call('GET', `/v1/users/${ada.id}`, { token: (await fresh(house.admin)).token })
      ).body
      assert.equal(later.last_sign_in_at, before.last_sign_in_at)
      const known = await app.db.query('SELECT id FROM sessions WHERE acted_by IS NOT NULL AND amr <> $1', '')
      assert.deepEqual(known, [])
    })

    test('when its time is over it is in no list any longer', async () => {
      const { sessionId, body } = await acting()
      house.world.advance(Number(body.expires_in) * 1000 + 1)
      await house.app.jobs.runNow(15_000)
      const row = await findSession(house.app.db, sessionId)
      assert.equal(row?.end_reason, 'acting_over')
    })

    test('of those who act while an account is disabled, none goes on', async () => {
      const by = await fresh(helper)
      const answers = await Promise.all([
        ...Array.from({ length: 8 }, () => ask(by.token)),
        disableUser(house.app, operator, ada.id),
        ...Array.from({ length: 8 }, () => ask(by.token)),
      ])
      for (const answer of answers) {
        if (answer === undefined) continue
        assert.ok([200, 403].includes(answer.status), answer.text)
        if (answer.status === 200) assert.equal((await me(String(answer.body.access_token))).status, 401)
      }
      const live = await house.app.db.query(
        'SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL',
        ada.id,
      )
      assert.deepEqual(live, [])
      await enableUser(house.app, operator, ada.id)
    })
  })
}
