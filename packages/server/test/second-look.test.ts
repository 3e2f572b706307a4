import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { resetFactors } from '../src/accounts/factors/administer.ts'
import { grant } from '../src/accounts/permissions/grants.ts'
import { disableUser, updateUser } from '../src/accounts/users/users.ts'
import { revokeKeyOf } from '../src/api-keys/end.ts'
import { operator } from '../src/identity.ts'
import { deviceCodeGrant } from '../src/oauth/device/ask.ts'
import { jwtBearer } from '../src/oauth/token/jwt-bearer.ts'
import { changeService, createService, disableService } from '../src/services/registered.ts'
import { giveScope, takeScope } from '../src/services/scopes/scopes.ts'
import { dropSharedKey, rotateSharedKey } from '../src/services/shared-keys/shared-keys.ts'
import { findSharedKeys } from '../src/services/shared-keys/store.ts'
import { type Answered, type SignedIn, testIssuer } from './app.ts'
import type { TestApplication } from './applications.ts'
import { anApplication, answerAt, authorizePath, TestBrowser, verifier } from './authorization.ts'
import { addPasskey, asked, createPasskey, offered, register, usePasskey } from './browser-passkeys.ts'
import { type Home, type Lamp, openHome } from './home.ts'
import { beforeQuery, beforeTransaction } from './meanwhile.ts'
import { openPartner } from './partner.ts'
import { engines } from './storages.ts'

interface Scene {
  readonly house: Home
  readonly ada: SignedIn
  readonly ben: SignedIn
  readonly cleo: SignedIn
  /** Ada's. */
  readonly lamp: Lamp
  /** Where nobody is signed in yet. */
  readonly browser: TestBrowser
  /** An application of the operator. */
  readonly shop: TestApplication
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
  /** Of the problem, the error of OAuth, where a browser is sent, or the status of a page. */
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

/** One whose tokens are signed by keys of its own. */
async function ownKeys(scene: Scene): Promise<string> {
  const id = await serviceFor(scene)
  const profile = { name: 'plain', key: 'own', algorithm: 'ES256' } as const
  await changeService(scene.house.app, operator, id, { profile })
  return id
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

const atBrowser = async ({ browser, ada }: Scene) => {
  await browser.signIn(ada.username)
  return ''
}
const codeAt = ({ browser, shop }: Scene) => browser.get(authorizePath(shop))
const askToken = ({ house, shop: { id, secret } }: Scene, form: Readonly<Record<string, string>>) =>
  house.call('POST', '/oauth/token', { form: { client_id: id, client_secret: secret, ...form } })
const redeem = (scene: Scene, code: string) =>
  askToken(scene, { grant_type: 'authorization_code', code, code_verifier: verifier })
const codeOf = async (scene: Scene) => {
  await atBrowser(scene)
  return answerAt(await codeAt(scene)).get('code') ?? ''
}
const beginDevice = async ({ house, shop: { id, secret } }: Scene) => {
  const form = { client_id: id, client_secret: secret }
  return (await house.call('POST', '/oauth/device_authorization', { form })).body
}
const endOthers = ({ house, ada }: Scene) =>
  house.call('POST', '/v1/me/sessions/end-others', { token: ada.token })
/** A person answers a device that waits, while the session of their browser ends. */
const answering = (answer: 'allow' | 'deny') => ({
  async prepare(scene: Scene) {
    await atBrowser(scene)
    return JSON.stringify(await beginDevice(scene))
  },
  ask: ({ browser }: Scene, begun: string) =>
    browser.post('/device/answer', { user_code: JSON.parse(begun).user_code, answer }),
  // The code that is typed is judged first.
  before: 2,
  meanwhile: endOthers,
  code: 'page 400',
})
/** What the log has last of this event: who, why not, and by which client. */
const toldOf = ({ house }: Scene, wanted: string) => {
  const { outcome, reason, subject, client_id } =
    house.events.findLast(({ event }) => event === wanted) ?? assert.fail(wanted)
  return { outcome, reason, subject, client_id }
}
const hasNoCode = async ({ house, ada }: Scene) => {
  const codes = await house.app.db.query('SELECT hash FROM authorization_codes WHERE user_id = $1', ada.id)
  assert.deepEqual(codes, [])
}
const sessionsOfShop = ({ house, ada, shop }: Scene) =>
  house.app.db.query(
    'SELECT id FROM sessions WHERE user_id = $1 AND client_id = $2 AND ended_at IS NULL',
    ada.id,
    shop.id,
  )

/** What an app of another company has signed about ada, who is linked to it. */
const signedByApp = async ({ house, ada }: Scene) => {
  const { app, nonce, sign } = await openPartner(house, house.admin.token, {})
  const body = { sub: 'mei', user_id: ada.id }
  const path = `/v1/apps/${app}/people`
  assert.equal((await house.call('POST', path, { token: house.admin.token, body })).status, 204)
  return JSON.stringify({ app, assertion: sign({ nonce: await nonce() }) })
}
const exchange = ({ house }: Scene, signed: string) =>
  house.call('POST', '/oauth/token', {
    form: { grant_type: jwtBearer, assertion: JSON.parse(signed).assertion },
  })
const revokeKey = async ({ house }: Scene, signed: string) => {
  const path = `/v1/apps/${JSON.parse(signed).app}/keys/one/revoke`
  assert.equal((await house.call('POST', path, { token: house.admin.token })).status, 204)
}
const whyNotSignedIn =
  (wanted: string) =>
  async ({ house }: Scene) => {
    const { outcome, reason } = house.events.findLast(({ event }) => event === 'user.sign_in') ?? {}
    assert.deepEqual([outcome, reason], ['refused', wanted])
  }

const rows: readonly Row[] = [
  {
    name: 'a sign-in by an app, while its key is revoked',
    prepare: signedByApp,
    ask: exchange,
    meanwhile: revokeKey,
    code: 'invalid_grant',
    after: whyNotSignedIn('signer_ended'),
  },
  {
    name: 'a sign-in by an app, while the person is unlinked',
    prepare: signedByApp,
    ask: exchange,
    async meanwhile({ house, ada }, signed) {
      const path = `/v1/apps/${JSON.parse(signed).app}/people/${ada.id}`
      assert.equal((await house.call('DELETE', path, { token: house.admin.token })).status, 204)
    },
    code: 'invalid_grant',
    after: whyNotSignedIn('person_unknown'),
  },
  {
    name: 'a code for an application, while the session of the browser ends',
    prepare: atBrowser,
    ask: codeAt,
    meanwhile: endOthers,
    code: '/sign-in',
    after: hasNoCode,
  },
  {
    name: 'a code for an application that asks silently, while the session of the browser ends',
    prepare: atBrowser,
    ask: ({ browser, shop }) => browser.get(authorizePath(shop, { prompt: 'none' })),
    meanwhile: endOthers,
    code: 'login_required',
    async after(scene) {
      await hasNoCode(scene)
      assert.deepEqual(toldOf(scene, 'application.authorize'), {
        ...{ outcome: 'refused', reason: 'login_required', subject: scene.ada.id, client_id: null },
      })
    },
  },
  {
    name: 'a code that is redeemed, while the session of the browser ends',
    prepare: codeOf,
    ask: redeem,
    meanwhile: endOthers,
    code: 'invalid_grant',
    async after(scene) {
      assert.deepEqual(toldOf(scene, 'application.token'), {
        ...{ outcome: 'refused', reason: 'session_ended', subject: scene.ada.id, client_id: scene.shop.id },
      })
      assert.deepEqual(await sessionsOfShop(scene), [])
    },
  },
  {
    name: 'a refresh of an application, while its session ends',
    // The first trades the refresh token.
    before: 2,
    prepare: async (scene) => String((await redeem(scene, await codeOf(scene))).body.refresh_token),
    ask: (scene, refresh_token) => askToken(scene, { grant_type: 'refresh_token', refresh_token }),
    meanwhile: endOthers,
    code: 'invalid_grant',
    async after(scene) {
      assert.deepEqual(toldOf(scene, 'session.refresh'), {
        ...{ outcome: 'refused', reason: 'session_ended', subject: scene.ada.id, client_id: scene.shop.id },
      })
    },
  },
  {
    name: 'a device that gets its tokens, while all sessions of its person are ended',
    async prepare(scene) {
      await atBrowser(scene)
      const { device_code, user_code } = await beginDevice(scene)
      await scene.browser.post('/device/answer', { user_code: String(user_code), answer: 'allow' })
      return String(device_code)
    },
    ask: (scene, device_code) => askToken(scene, { grant_type: deviceCodeGrant, device_code }),
    meanwhile: endOthers,
    code: 'invalid_grant',
    async after(scene) {
      assert.deepEqual(toldOf(scene, 'application.token'), {
        ...{ outcome: 'refused', reason: 'session_ended', subject: null, client_id: scene.shop.id },
      })
      assert.deepEqual(await sessionsOfShop(scene), [])
    },
  },
  {
    name: 'a device that is let in, while the session of the browser ends',
    ...answering('allow'),
    async after(scene, begun) {
      assert.deepEqual(toldOf(scene, 'application.device'), {
        ...{ outcome: 'refused', reason: 'session_ended', subject: scene.ada.id, client_id: null },
      })
      const { device_code } = JSON.parse(begun)
      const polled = await askToken(scene, { grant_type: deviceCodeGrant, device_code })
      assert.equal(polled.body.error, 'authorization_pending')
    },
  },
  {
    name: 'a device that is kept out, while the session of the browser ends',
    ...answering('deny'),
  },
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
    name: 'making an API key for a service, while the shared key that would sign it is taken away',
    prepare: async (scene) => {
      const id = await serviceFor(scene)
      await changeService(scene.house.app, operator, id, { profile: { name: 'plain', key: 'shared' } })
      await rotateSharedKey(scene.house.app, operator, id, {})
      return id
    },
    ask: (scene) => makeKey(scene, { audience: scene.ada.id, scopes: ['pages:read'] }),
    async meanwhile({ house }, id) {
      const [key] = await findSharedKeys(house.app.db, id, house.world.now())
      await dropSharedKey(house.app, operator, id, key?.kid ?? '')
    },
    code: 'precondition_failed',
    after: hasNoKey,
  },
  {
    name: 'a rotation of the keys of a service, while it gets keys of another algorithm',
    prepare: ownKeys,
    ask: ({ house }, id) =>
      house.call('POST', `/v1/services/${id}/keys/rotate`, {
        token: house.admin.token,
        body: { force: true },
      }),
    // The first asks which algorithm it is.
    before: 2,
    meanwhile: ({ house }, id) =>
      changeService(house.app, operator, id, { profile: { name: 'plain', key: 'own', algorithm: 'EdDSA' } }),
    code: 'precondition_failed',
    async after({ house }, id) {
      const keys = await house.app.db.query<{ algorithm: string; status: string }>(
        'SELECT algorithm, status FROM service_keys WHERE service = $1 AND retired_at IS NULL ORDER BY status',
        id,
      )
      assert.deepEqual(
        keys.map(({ algorithm, status }) => [algorithm, status]),
        [
          ['EdDSA', 'active'],
          ['EdDSA', 'next'],
        ],
      )
    },
  },
  {
    name: 'a service that keeps its own keys, while it loses them',
    prepare: ownKeys,
    ask: ({ house, ada }, id) =>
      house.call('PATCH', `/v1/services/${id}`, {
        token: house.admin.token,
        body: { name: `other ${ada.id}`, profile: { name: 'plain', key: 'own', algorithm: 'ES256' } },
      }),
    meanwhile: ({ house }, id) => changeService(house.app, operator, id, { profile: { name: 'plain' } }),
    code: 'precondition_failed',
    async after({ house, ada }, id) {
      const { body } = await house.call('GET', `/v1/services/${id}`, { token: house.admin.token })
      assert.equal(body.name, ada.id)
    },
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
    let shop: TestApplication
    before(async () => {
      house = await openHome(engine)
      shop = await anApplication(house, {
        ...{ is_first_party: true, grants: ['authorization_code', 'refresh_token', deviceCodeGrant] },
      })
    })
    after(() => house.close())

    for (const [at, row] of rows.entries()) {
      const { name, before: nth = 1, beforeQuery: like, prepare, ask, meanwhile, code, after } = row
      test(`${name}, is refused`, async (t) => {
        const ada = await house.signedIn(`ada${at}`)
        const ben = await house.signedIn(`ben${at}`)
        const cleo = await house.signedIn(`cleo${at}`)
        const scene: Scene = {
          ...{ house, ada, ben, cleo, lamp: await house.lampOf(ada) },
          ...{ browser: new TestBrowser(house), shop },
        }
        const prepared = (await prepare?.(scene)) ?? ''
        const work = () => meanwhile(scene, prepared)
        const happened = like ? beforeQuery(t, house, like, work) : beforeTransaction(t, house, nth, work)
        const answer = await ask(scene, prepared)
        assert.ok(happened(), 'there was no such transaction')
        assert.equal(codeIn(answer), code, answer.text)
        await after?.(scene, prepared)
      })
    }

    test('a check of an assertion names the app and its key, where that is revoked meanwhile', async (t) => {
      const ada = await house.signedIn('ada of an app')
      const scene: Scene = {
        ...{ house, ada, ben: ada, cleo: ada, lamp: await house.lampOf(ada) },
        ...{ browser: new TestBrowser(house), shop },
      }
      const signed = await signedByApp(scene)
      const { app, assertion } = JSON.parse(signed)
      const happened = beforeTransaction(t, house, 1, () => revokeKey(scene, signed))
      const body = { assertion }
      const answer = await house.call('POST', `/v1/apps/${app}/check-assertion`, {
        ...{ token: house.admin.token, body },
      })
      assert.ok(happened())
      const steps = answer.body.steps as { name: string; outcome: string; detail: string }[]
      const failed = steps.filter(({ outcome }) => outcome === 'failed')
      assert.deepEqual(failed, [
        {
          ...{ step: 5, name: 'sign_assertion', outcome: 'failed' },
          detail: 'expected an app and a key that are in force, found one of them ended meanwhile',
        },
      ])
    })

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

function codeIn({ body, headers, status }: Answered): string {
  const location = headers.get('location')
  if (location === null) return body?.code ?? body?.error ?? `page ${status}`
  const { searchParams, pathname } = new URL(location, testIssuer)
  return searchParams.get('error') ?? pathname
}
