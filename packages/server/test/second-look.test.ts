import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { resetFactors } from '../src/accounts/factors/administer.ts'
import { grant } from '../src/accounts/permissions/grants.ts'
import { disableUser, updateUser } from '../src/accounts/users/users.ts'
import { revokeKeyOf } from '../src/api-keys/end.ts'
import { operator } from '../src/identity.ts'
import { changeService, createService, disableService } from '../src/services/registered.ts'
import { giveScope, takeScope } from '../src/services/scopes/scopes.ts'
import type { Answered, SignedIn } from './app.ts'
import { addPasskey, asked, createPasskey, offered, register, usePasskey } from './browser-passkeys.ts'
import { type Home, type Lamp, openHome } from './home.ts'
import { beforeQuery, beforeTransaction } from './meanwhile.ts'
import { engines } from './storages.ts'

interface Scene {
  readonly house: Home
  readonly ada: SignedIn
  readonly ben: SignedIn
  readonly cleo: SignedIn
  /** Ada's. */
  readonly lamp: Lamp
}

/** Something is asked about, something else happens, and then the transaction begins: it has to ask again. */
interface Row {
  readonly name: string
  /** The transaction of the request before which it happens; the first unless it is said. */
  readonly before?: number
  /** The query outside of transactions before which it happens, instead. */
  readonly beforeQuery?: RegExp
  readonly prepare?: (scene: Scene) => Promise<string>
  /** `prepared`: what `prepare` gave. */
  readonly ask: (scene: Scene, prepared: string) => Promise<Answered>
  readonly meanwhile: (scene: Scene, prepared: string) => Promise<unknown>
  readonly code: string
  /** What must be as it was left by what came between. */
  readonly after?: (scene: Scene, prepared: string) => Promise<void>
}

const signIn = ({ house }: Scene, { username, password }: { username: string; password: string }) =>
  house.call('POST', '/v1/login', { body: { username, password } })

/** Ada gives the lamp up, and ben claims it. */
async function changeHands({ house, ada, ben, lamp }: Scene): Promise<void> {
  const given = await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ada.token })
  assert.equal(given.status, 204, given.text)
  await house.claim(ben, lamp)
}

const share = ({ house, ada, lamp }: Scene, username: string, relation = 'controller') =>
  house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: ada.token, body: { username, relation } })

const unshare = ({ house, ada, ben, lamp }: Scene) =>
  house.call('DELETE', `/v1/devices/${lamp.uid}/shares/${ben.id}`, { token: ada.token })

const relations = ({ house, lamp }: Scene) =>
  house.app.db.query<{ subject: string; relation: string }>(
    'SELECT subject, relation FROM relations WHERE uid = $1 ORDER BY subject',
    lamp.uid,
  )

const benOwns = async (scene: Scene) => {
  const rows = await relations(scene)
  assert.deepEqual(
    rows.map(({ subject, relation }) => [subject, relation]),
    [[scene.ben.id, 'owner']],
  )
}

const accept = ({ house }: Scene, invitation: string, password: string) =>
  house.call('POST', '/v1/invitations/accept', { body: { invitation, password } })

const invite = async ({ house, ada }: Scene) =>
  String(
    (await house.call('POST', `/v1/users/${ada.id}/invite`, { token: house.admin.token })).body.invitation,
  )

const usedPasskey = async ({ house, ada }: Scene) => {
  const { passkey } = await addPasskey(house, ada.token)
  return JSON.stringify(usePasskey(passkey, await asked(house)))
}

const byPasskey = ({ house }: Scene, credential: string) =>
  house.call('POST', '/v1/login/passkey', { body: { credential: JSON.parse(credential) } })

const madePasskey = async (house: Home, { token }: SignedIn) =>
  JSON.stringify(createPasskey(await offered(house, token)).credential)

/** A service that customers have a scope of. */
async function serviceFor({ house, ada }: Scene): Promise<string> {
  const service = { name: ada.id, scopes: [], audience: ada.id, knownScopes: ['pages:read'] }
  const made = await createService(house.app, operator, service)
  const type = { kind: 'user_type', name: 'customer' } as const
  await giveScope(house.app, operator, made.service.id, 'pages:read', type)
  return made.service.id
}

const signInFor = ({ house, ada: { id: resource, username, password } }: Scene) =>
  house.call('POST', '/v1/login', { body: { username, password, resource } })

const makeKey = ({ house, ada }: Scene, more: object = {}) =>
  house.call('POST', '/v1/api-keys', {
    ...{ token: ada.token, body: { name: 'a script', scopes: ['devices:view'], ...more } },
  })
const hasNoKey = async ({ house, ada }: Scene) => {
  const keys = await house.app.db.query('SELECT id FROM api_keys WHERE owner = $1', ada.id)
  assert.deepEqual(keys, [])
}
const madeKey = async (scene: Scene) => (await makeKey(scene)).body.id

const rows: readonly Row[] = [
  {
    name: 'making an API key, while the account is disabled',
    ask: (scene) => makeKey(scene),
    meanwhile: ({ house, ada }) => disableUser(house.app, operator, ada.id),
    code: 'account_disabled',
    after: hasNoKey,
  },
  {
    name: 'making an API key, while the account is denied a scope of it',
    ask: (scene) => makeKey(scene),
    meanwhile: ({ house, ada }) =>
      grant(house.app, operator, ada.id, {
        ...{ kind: 'denial', permission: 'devices:view', reason: 'a reason', until: null },
      }),
    code: 'scope_invalid',
    after: hasNoKey,
  },
  {
    name: 'making an API key, while the account is denied to have any',
    ask: (scene) => makeKey(scene),
    meanwhile: ({ house, ada }) =>
      grant(house.app, operator, ada.id, {
        ...{ kind: 'denial', permission: 'api-keys:write', reason: 'a reason', until: null },
      }),
    code: 'permission_missing',
    after: hasNoKey,
  },
  {
    name: 'making an API key, while the session ends',
    ask: (scene) => makeKey(scene),
    meanwhile: ({ house, ada }) => house.call('POST', '/v1/logout', { token: ada.token }),
    code: 'kind_not_allowed',
    after: hasNoKey,
  },
  {
    name: 'making an API key for a service, while that is disabled',
    prepare: serviceFor,
    ask: (scene) => makeKey(scene, { audience: scene.ada.id, scopes: ['pages:read'] }),
    meanwhile: ({ house }, id) => disableService(house.app, operator, id),
    code: 'resource_unknown',
    after: hasNoKey,
  },
  {
    name: 'making an API key for a service, while the person loses the scope',
    prepare: serviceFor,
    ask: (scene) => makeKey(scene, { audience: scene.ada.id, scopes: ['pages:read'] }),
    meanwhile: ({ house }, id) =>
      takeScope(house.app, operator, id, 'pages:read', { kind: 'user_type', name: 'customer' }),
    code: 'scope_invalid',
    after: hasNoKey,
  },
  {
    name: 'revoking an API key, while it is revoked by somebody else',
    prepare: madeKey,
    ask: ({ house, ada }, id) => house.call('DELETE', `/v1/api-keys/${id}`, { token: ada.token }),
    meanwhile: ({ house, ada }, id) => revokeKeyOf(house.app.apiKeys.ground, operator, ada.id, id),
    code: 'key_not_found',
  },
  {
    name: 'a sign-in for a service, while the service is disabled',
    prepare: serviceFor,
    ask: signInFor,
    meanwhile: ({ house }, id) => disableService(house.app, operator, id),
    code: 'resource_unknown',
  },
  {
    name: 'a sign-in for a service, while the person loses what it knows',
    prepare: serviceFor,
    ask: signInFor,
    meanwhile: ({ house }, id) =>
      takeScope(house.app, operator, id, 'pages:read', { kind: 'user_type', name: 'customer' }),
    code: 'scope_invalid',
  },
  {
    name: 'giving a scope, while the service knows it no longer',
    prepare: serviceFor,
    ask: ({ house }, id) =>
      house.call('POST', `/v1/services/${id}/scopes`, {
        ...{ token: house.admin.token, body: { scope: 'pages:read', holder_kind: 'devices' } },
      }),
    meanwhile: ({ house }, id) => changeService(house.app, operator, id, { knownScopes: [] }),
    code: 'scope_invalid',
  },
  {
    name: 'a sign-in, while the account is disabled',
    ask: (scene) => signIn(scene, scene.ada),
    meanwhile: ({ house, ada }) => disableUser(house.app, operator, ada.id),
    code: 'credentials_invalid',
    async after({ house, ada }) {
      const live = await house.app.db.query(
        'SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL',
        ada.id,
      )
      assert.deepEqual(live, [])
      const { outcome, reason } = house.events.findLast(({ event }) => event === 'user.sign_in') ?? {}
      assert.deepEqual([outcome, reason], ['refused', 'account_disabled'])
    },
  },
  {
    name: 'a sign-in, while the password is changed',
    // The first admits the attempt, the second counts its success.
    before: 3,
    ask: (scene) => signIn(scene, scene.ada),
    async meanwhile({ house, ada }) {
      const body = { current_password: ada.password, password: 'seven wet umbrellas' }
      const answer = await house.call('POST', '/v1/me/password', { token: ada.token, body })
      assert.equal(answer.status, 204, answer.text)
    },
    code: 'credentials_invalid',
    async after({ house, ada }) {
      const live = await house.app.db.query(
        'SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL',
        ada.id,
      )
      assert.deepEqual(live, [{ id: ada.sessionId }])
      const { outcome, reason } = house.events.findLast(({ event }) => event === 'user.sign_in') ?? {}
      assert.deepEqual([outcome, reason], ['refused', 'proof_outdated'])
    },
  },
  {
    name: 'a sign-in, while another password is set by an invitation',
    before: 3,
    prepare: invite,
    ask: (scene) => signIn(scene, scene.ada),
    meanwhile: (scene, invitation) => accept(scene, invitation, 'seven wet umbrellas'),
    code: 'credentials_invalid',
  },
  {
    name: 'a refresh, while the session is ended',
    // The first trades the refresh token.
    before: 2,
    ask: ({ house, ada }) => house.call('POST', '/v1/refresh', { body: { refresh_token: ada.refreshToken } }),
    meanwhile: ({ house, ada }) => house.call('POST', '/v1/logout', { token: ada.token }),
    code: 'refresh_invalid',
  },
  {
    name: 'a refresh, while the account is deleted',
    beforeQuery: /FROM sessions WHERE id/,
    ask: ({ house, ada }) => house.call('POST', '/v1/refresh', { body: { refresh_token: ada.refreshToken } }),
    meanwhile: ({ house, ada }) =>
      house.app.db.transaction((tx) => tx.query('DELETE FROM users WHERE id = $1', ada.id)),
    code: 'refresh_invalid',
    async after({ house, ada }) {
      const {
        outcome,
        reason,
        session_id: session,
      } = house.events.findLast(({ event }) => event === 'session.refresh') ?? {}
      assert.deepEqual([outcome, reason, session], ['refused', 'session_ended', ada.sessionId])
    },
  },
  {
    name: 'an invitation that is taken up, while somebody else takes it up',
    prepare: invite,
    ask: (scene, invitation) => accept(scene, invitation, 'the password of the second'),
    meanwhile: (scene, invitation) => accept(scene, invitation, 'the password of the first'),
    code: 'invitation_invalid',
    async after(scene) {
      const { username } = scene.ada
      assert.equal((await signIn(scene, { username, password: 'the password of the first' })).status, 200)
    },
  },
  {
    name: 'an invitation that is taken up, while the account is disabled',
    prepare: invite,
    ask: (scene, invitation) => accept(scene, invitation, 'the password of the second'),
    // The invitation is kept open, so that it is the account that is looked at.
    meanwhile: ({ house, ada }) =>
      house.app.db.transaction((tx) => tx.query('UPDATE users SET disabled_at = 1 WHERE id = $1', ada.id)),
    code: 'invitation_invalid',
  },
  {
    name: 'a sign-in by a passkey, while the passkey is removed',
    // The first admits it, the second takes the challenge.
    before: 3,
    prepare: usedPasskey,
    ask: byPasskey,
    meanwhile: ({ house, ada }) => resetFactors(house.app, operator, ada.id),
    code: 'passkey_refused',
  },
  {
    name: 'a sign-in by a passkey, while the account is disabled',
    before: 3,
    prepare: usedPasskey,
    ask: byPasskey,
    meanwhile: ({ house, ada }) => disableUser(house.app, operator, ada.id),
    code: 'passkey_refused',
  },
  {
    name: 'a passkey that is added, while the session ends',
    // The first takes the challenge.
    before: 2,
    prepare: ({ house, ada }) => madePasskey(house, ada),
    ask: ({ house, ada }, credential) => register(house, ada.token, JSON.parse(credential)),
    meanwhile: ({ house, ada }) => house.call('POST', '/v1/logout', { token: ada.token }),
    code: 'kind_not_allowed',
  },
  {
    name: 'a passkey that is added, while somebody else adds it',
    before: 2,
    prepare: ({ house, ada }) => madePasskey(house, ada),
    ask: ({ house, ada }, credential) => register(house, ada.token, JSON.parse(credential)),
    async meanwhile({ house, ben }, credential) {
      const id = Buffer.from(JSON.parse(credential).id, 'base64url')
      const made = createPasskey(await offered(house, ben.token), { id })
      assert.equal((await register(house, ben.token, made.credential)).status, 201)
    },
    code: 'passkey_refused',
  },
  {
    name: 'a device that is claimed, while somebody else claims it',
    async prepare({ house, ada, lamp }) {
      await house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ada.token })
      return (await house.call('POST', `/v1/devices/${lamp.uid}/claim`, { token: lamp.token() })).body.code
    },
    ask: ({ house, ada, lamp }, code) =>
      house.call('POST', '/v1/devices/claims', { token: ada.token, body: { uid: lamp.uid, code } }),
    meanwhile: ({ house, ben, lamp }, code) =>
      house.call('POST', '/v1/devices/claims', { token: ben.token, body: { uid: lamp.uid, code } }),
    code: 'claim_invalid',
    after: benOwns,
  },
  {
    name: 'a device that is given up, while it changes hands',
    ask: ({ house, ada, lamp }) =>
      house.call('DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ada.token }),
    meanwhile: changeHands,
    code: 'device_not_found',
    after: benOwns,
  },
  {
    name: 'a share, while the device changes hands',
    ask: (scene) => share(scene, scene.cleo.username),
    meanwhile: changeHands,
    code: 'device_not_found',
    after: benOwns,
  },
  {
    name: 'a share that is taken back, while the device changes hands and is shared anew',
    async prepare(scene) {
      await share(scene, scene.cleo.username, 'viewer')
      return scene.cleo.id
    },
    ask: ({ house, ada, lamp }, cleo) =>
      house.call('DELETE', `/v1/devices/${lamp.uid}/shares/${cleo}`, { token: ada.token }),
    async meanwhile(scene) {
      await changeHands(scene)
      const { house, ben, cleo, lamp } = scene
      const body = { username: cleo.username, relation: 'viewer' }
      await house.call('POST', `/v1/devices/${lamp.uid}/shares`, { token: ben.token, body })
    },
    code: 'device_not_found',
    async after(scene, cleo) {
      assert.deepEqual(
        (await relations(scene)).map(({ subject }) => subject).sort(),
        [cleo, scene.ben.id].sort(),
      )
    },
  },
  {
    name: 'a desired state, while the share is taken back',
    async prepare(scene) {
      await share(scene, scene.ben.username)
      return ''
    },
    ask: ({ house, ben, lamp }) =>
      house.call('PATCH', `/v1/devices/${lamp.uid}/state`, {
        token: ben.token,
        body: { desired: { on: 1 } },
      }),
    meanwhile: unshare,
    code: 'device_not_found',
    async after({ house, ada, lamp }) {
      const { body } = await house.call('GET', `/v1/devices/${lamp.uid}/state`, { token: ada.token })
      assert.deepEqual(body.desired, {})
    },
  },
]

for (const engine of engines) {
  describe(`asked again on ${engine}`, () => {
    let house: Home
    before(async () => {
      house = await openHome(engine)
    })
    after(() => house.close())

    for (const [at, row] of rows.entries()) {
      const { name, before: nth = 1, beforeQuery: like, prepare, ask, meanwhile, code, after } = row
      test(`${name}, is refused`, async (t) => {
        const ada = await house.signedIn(`ada${at}`)
        const ben = await house.signedIn(`ben${at}`)
        const cleo = await house.signedIn(`cleo${at}`)
        const scene: Scene = { house, ada, ben, cleo, lamp: await house.lampOf(ada) }
        const prepared = (await prepare?.(scene)) ?? ''
        const work = () => meanwhile(scene, prepared)
        const happened = like ? beforeQuery(t, house, like, work) : beforeTransaction(t, house, nth, work)
        const answer = await ask(scene, prepared)
        assert.ok(happened(), 'there was no such transaction')
        assert.equal(answer.body?.code, code, answer.text)
        await after?.(scene, prepared)
      })
    }

    test('a browser is not known by a session that ended with its password meanwhile', async (t) => {
      const eve = await house.signedIn('eve')
      const origin = house.app.config.issuer
      // The gate is the third transaction; the next one remembers the browser.
      const happened = beforeTransaction(t, house, 4, async () => {
        const body = { current_password: eve.password, password: 'seven wet umbrellas' }
        assert.equal((await house.call('POST', '/v1/me/password', { token: eve.token, body })).status, 204)
      })
      const { headers, status } = await house.call('POST', '/v1/login', {
        body: { username: eve.username, password: eve.password, cookie: 'console' },
        headers: { origin },
      })
      assert.ok(happened())
      assert.equal(status, 200)
      assert.ok(!headers.getSetCookie().some((cookie) => cookie.startsWith('latchkey_browser')))
      const known = 'SELECT user_id FROM known_browsers WHERE user_id = $1'
      assert.deepEqual(await house.app.db.query(known, eve.id), [])
    })

    test('a sign-in while the type of the user is changed has the permissions of the new one', async (t) => {
      const dan = await house.signedIn('dan')
      const happened = beforeTransaction(t, house, 3, () =>
        updateUser(house.app, operator, dan.id, { userType: 'administrator' }),
      )
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: dan.username, password: dan.password },
      })
      assert.ok(happened())
      const me = (await house.call('GET', '/v1/me', { token: body.access_token })).body
      assert.equal(me.user_type, 'administrator')
      const { identity } = house.app.readToken(body.access_token)
      assert.deepEqual([identity.userType, identity.scopes.has('users:write')], ['administrator', true])
      await updateUser(house.app, operator, dan.id, { userType: 'customer' })
    })
  })
}
