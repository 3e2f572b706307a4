import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { rememberForFactor } from '../src/accounts/factors/remembered/remembered.ts'
import { insertIdentity } from '../src/accounts/identities/store.ts'
import { holdUserType } from '../src/accounts/user-types/store.ts'
import { holdUser } from '../src/accounts/users/store.ts'
import { holdApp } from '../src/apps/store.ts'
import type { Database, Transaction } from '../src/database/database.ts'
import { holdDevice } from '../src/devices/store.ts'
import { operator } from '../src/identity.ts'
import { deviceCodeGrant } from '../src/oauth/device/ask.ts'
import { newSecret } from '../src/secrets/secrets.ts'
import { holdService } from '../src/services/store.ts'
import { markEnded } from '../src/sessions/store.ts'
import { holdProvider } from '../src/upstream/providers/store.ts'
import type { Answered, SignedIn } from './app.ts'
import { anApplication, answerAt, authorizePath, TestBrowser, verifier } from './authorization.ts'
import { enrolled } from './factors.ts'
import { type Home, type Lamp, newKey, openHome, publicJwk } from './home.ts'
import { openPartner } from './partner.ts'
import { eventually } from './second-app.ts'
import { engines } from './storages.ts'

interface Scene {
  readonly house: Home
  readonly admin: SignedIn
  readonly ada: SignedIn
  readonly ben: SignedIn
  /** Ada's. */
  readonly lamp: Lamp
  readonly service: string
  readonly app: string
}

/** A row that another transaction holds, which may change it, and what must not decide before that has ended. */
interface Row {
  readonly name: string
  readonly hold: (tx: Transaction, scene: Scene) => Promise<unknown>
  /** Whether ada has a second factor in force. */
  readonly isTwofold?: true
  readonly prepare?: (scene: Scene) => Promise<Readonly<Record<string, string>>>
  /** `prepared`: what `prepare` gave. */
  readonly ask: (scene: Scene, prepared: Readonly<Record<string, string>>) => Promise<Answered | undefined>
  /** What it is refused by, where the other transaction has changed the row. */
  readonly code?: string
}

const heldAda: Row['hold'] = (tx, { ada }) => holdUser(tx, ada.id)
const heldAdmin: Row['hold'] = (tx, { admin }) => holdUser(tx, admin.id)
const heldLamp: Row['hold'] = (tx, { lamp }) => holdDevice(tx, lamp.uid)
const heldCustomers: Row['hold'] = (tx) => holdUserType(tx, 'customer')
const heldService: Row['hold'] = (tx, { service }) => holdService(tx, service)
const heldApp: Row['hold'] = (tx, { app }) => holdApp(tx, app)
const heldAttribute: Row['hold'] = (tx) => tx.query(`UPDATE attributes SET key = key WHERE key = 'floor'`)
/** As a rotation holds all keys; this one alone, for the key that is revoked is held by its revocation. */
const heldNextKey: Row['hold'] = (tx) =>
  tx.query(`UPDATE signing_keys SET status = status WHERE status = 'next'`)

const heldSessions: Row['hold'] = (tx, { ada }) =>
  tx.query('UPDATE sessions SET id = id WHERE user_id = $1', ada.id)

/** An application and a browser in which ada is signed in. */
async function atShop({ house, ada }: Scene) {
  const grants = ['authorization_code', deviceCodeGrant]
  const { id, secret } = await anApplication(house, { is_first_party: true, grants })
  const browser = new TestBrowser(house)
  await browser.signIn(ada.username)
  return { id, browser, own: { client_id: id, client_secret: secret } }
}
const askToken: Row['ask'] = ({ house }, form) => house.call('POST', '/oauth/token', { form })

const endedSession = (tx: Transaction, { sessionId }: SignedIn) => markEnded(tx, sessionId, 1, 'signed_out')

type Ask = (scene: Scene) => readonly [method: string, path: string, body?: object | undefined, by?: SignedIn]
/** Asked by the administrator, unless somebody else is named. */
const asked =
  (ask: Ask): Row['ask'] =>
  (scene) => {
    const [method, path, body, { token } = scene.admin] = ask(scene)
    return scene.house.call(method, path, { token, ...(body && { body }) })
  }

const madeKey: Ask = ({ ada }) => [
  ...(['POST', '/v1/api-keys', { name: 'a script', scopes: ['devices:view'] }, ada] as const),
]

const rows: readonly Row[] = [
  {
    name: 'a browser is remembered for an account',
    isTwofold: true,
    hold: heldAda,
    async ask({ house: { app, world }, ada }) {
      const { id: userId, sessionId } = ada
      await rememberForFactor(app, { userId, sessionId }, newSecret('browser', world), { address: '' })
      return undefined
    },
  },
  {
    name: 'the remembered browsers of an account are forgotten',
    hold: heldAda,
    ask: asked(({ ada }) => ['POST', '/v1/me/factors/forget-browsers', undefined, ada]),
  },
  {
    name: 'an authenticator is set up',
    hold: heldAdmin,
    ask: asked(() => ['POST', '/v1/me/factors/authenticator']),
  },
  {
    name: 'the factors of somebody are reset',
    hold: heldAda,
    ask: asked(({ ada }) => ['POST', `/v1/users/${ada.id}/factors/reset`]),
  },
  {
    name: 'a passkey is begun',
    hold: heldAdmin,
    ask: asked(() => ['POST', '/v1/me/passkeys/options', {}]),
  },
  {
    name: 'a password is changed',
    hold: heldAda,
    ask: asked(({ ada }) => [
      'POST',
      '/v1/me/password',
      { current_password: ada.password, password: 'seven wet umbrellas' },
      ada,
    ]),
  },
  {
    name: 'an API key is made',
    hold: heldAda,
    ask: asked(madeKey),
  },
  {
    name: 'somebody begins to act as a person',
    hold: (tx, { ben }) => holdUser(tx, ben.id),
    ask: asked(({ ben }) => ['POST', `/v1/users/${ben.id}/act-as`, { reason: 'they asked' }]),
  },
  {
    name: 'somebody begins to act as a person by a session that ends',
    hold: (tx, { admin }) => endedSession(tx, admin),
    ask: asked(({ ben }) => ['POST', `/v1/users/${ben.id}/act-as`, { reason: 'they asked' }]),
    code: 'kind_not_allowed',
  },
  {
    name: 'an API key is made by a session that ends',
    hold: (tx, { ada }) => endedSession(tx, ada),
    ask: asked(madeKey),
    code: 'kind_not_allowed',
  },
  {
    name: 'an API key is made by somebody whose type is changed',
    hold: (tx, { ada }) => tx.query(`UPDATE users SET user_type = 'administrator' WHERE id = $1`, ada.id),
    ask: asked(madeKey),
    code: 'precondition_failed',
  },
  {
    name: 'an attribute of somebody is set',
    hold: heldAda,
    ask: asked(({ ada }) => ['PATCH', `/v1/users/${ada.id}/attributes`, { floor: 3 }]),
  },
  {
    name: 'an attribute of one’s own is set',
    hold: heldAda,
    ask: asked(({ ada }) => ['PATCH', '/v1/me/attributes', { floor: 3 }, ada]),
  },
  {
    name: 'a value is stored while the attribute is changed',
    hold: heldAttribute,
    ask: asked(({ ada }) => ['PATCH', `/v1/users/${ada.id}/attributes`, { floor: 4 }]),
  },
  {
    name: 'an account of a type is made',
    hold: heldCustomers,
    ask: asked(({ ada }) => ['POST', '/v1/users', { username: `of-${ada.username}` }]),
  },
  {
    name: 'a type is changed',
    hold: heldCustomers,
    ask: asked(() => ['PATCH', '/v1/user-types/customer', { description: 'who buys' }]),
  },
  {
    name: 'the rule of a type for second factors is set',
    hold: heldCustomers,
    ask: asked(() => ['PUT', '/v1/user-types/customer/second-factor', { second_factor: 'optional' }]),
  },
  {
    name: 'a code of an application is redeemed',
    hold: heldSessions,
    async prepare(scene) {
      const { id, browser, own } = await atShop(scene)
      const code = answerAt(await browser.get(authorizePath({ id }))).get('code') ?? ''
      return { ...own, grant_type: 'authorization_code', code, code_verifier: verifier }
    },
    ask: askToken,
  },
  {
    name: 'a device that was let in gets its tokens',
    hold: heldSessions,
    async prepare(scene) {
      const { browser, own } = await atShop(scene)
      const { body } = await scene.house.call('POST', '/oauth/device_authorization', { form: own })
      await browser.post('/device/answer', { user_code: String(body.user_code), answer: 'allow' })
      return { ...own, grant_type: deviceCodeGrant, device_code: String(body.device_code) }
    },
    ask: askToken,
  },
  {
    name: 'a device is shared',
    hold: heldLamp,
    ask: asked(({ lamp, ada, ben }) => [
      'POST',
      `/v1/devices/${lamp.uid}/shares`,
      { username: ben.username, relation: 'viewer' },
      ada,
    ]),
  },
  {
    name: 'a device is given up',
    hold: heldLamp,
    ask: asked(({ lamp, ada }) => ['DELETE', `/v1/devices/${lamp.uid}/claim`, undefined, ada]),
  },
  {
    name: 'a device is told what it should be',
    hold: heldLamp,
    ask: asked(({ lamp, ada }) => ['PATCH', `/v1/devices/${lamp.uid}/state`, { desired: { on: 1 } }, ada]),
  },
  {
    name: 'a device gets another key',
    hold: heldLamp,
    ask: asked(({ lamp }) => ['POST', `/v1/devices/${lamp.uid}/keys`, { key: publicJwk(newKey()) }]),
  },
  {
    name: 'a service is changed',
    hold: heldService,
    ask: asked(({ service }) => ['PATCH', `/v1/services/${service}`, { known_scopes: ['pages:read'] }]),
  },
  {
    name: 'a scope of a service is given',
    hold: heldService,
    ask: asked(({ service }) => [
      'POST',
      `/v1/services/${service}/scopes`,
      { scope: 'pages:read', holder_kind: 'devices' },
    ]),
  },
  {
    name: 'a service is disabled',
    hold: heldService,
    ask: asked(({ service }) => ['POST', `/v1/services/${service}/disable`]),
  },
  {
    name: 'an app is changed',
    hold: heldApp,
    ask: asked(({ app }) => ['PATCH', `/v1/apps/${app}`, { longest_session_seconds: 900 }]),
  },
  {
    name: 'a person is linked to an app',
    hold: heldApp,
    ask: asked(({ app, ben }) => ['POST', `/v1/apps/${app}/people`, { sub: 'ben', user_id: ben.id }]),
  },
  {
    name: 'a key of an app is added',
    hold: heldApp,
    ask: asked(({ app }) => [
      'POST',
      `/v1/apps/${app}/keys`,
      { kid: 'two', algorithm: 'ES256', key: publicJwk(newKey()) },
    ]),
  },
  {
    name: 'an identity of one’s own is unlinked',
    hold: heldAda,
    ask: asked(({ ada }) => ['DELETE', `/v1/me/identities/idn_${ada.id}`, undefined, ada]),
  },
  {
    name: 'an identity of somebody is taken',
    hold: heldAda,
    ask: asked(({ ada }) => ['DELETE', `/v1/users/${ada.id}/identities/idn_${ada.id}`]),
  },
  {
    name: 'a provider is changed',
    hold: (tx) => holdProvider(tx, 'office'),
    ask: asked(() => ['PATCH', '/v1/providers/office', { name: 'Another' }]),
  },
  {
    name: 'a key of ours is revoked while the keys are rotated',
    hold: heldNextKey,
    async ask({ house: { app } }) {
      const { kid } = app.ring.list().find(({ status }) => status === 'retiring') ?? assert.fail()
      await app.ring.revoke(operator, kid)
      return undefined
    },
  },
]

// On SQLite, one transaction comes after another whatever they hold.
for (const engine of engines.filter((one) => one === 'postgres')) {
  describe('what another transaction holds is waited for', () => {
    let house: Home
    let beside: Database
    before(async () => {
      house = await openHome(engine)
      beside = await house.storage.open()
      const body = { key: 'floor', label: 'Floor', kind: 'number', person_may: 'change' }
      const made = await house.call('POST', '/v1/attributes', { token: house.admin.token, body })
      assert.equal(made.status, 201, made.text)
      const settings = { key: 'office', name: 'Office', issuer: 'https://id.example', client_id: 'us' }
      const provider = await house.call('POST', '/v1/providers', {
        ...{ token: house.admin.token, body: { ...settings, client_secret: 'a secret' } },
      })
      assert.equal(provider.status, 201, provider.text)
      await house.app.ring.rotate(operator)
    })
    after(() => house.close())

    async function sceneFor(at: number, isTwofold = false): Promise<Scene> {
      const admin = await house.signedIn(`admin${at}`, 'administrator')
      const ada = await (isTwofold ? enrolled(house, `ada${at}`) : house.signedIn(`ada${at}`))
      const body = {
        name: `service${at}`,
        audience: `service${at}`,
        known_scopes: ['pages:read', 'pages:write'],
      }
      await house.app.db.transaction((tx) =>
        insertIdentity(tx, {
          ...{ id: `idn_${ada.id}`, issuer: 'https://id.example', subject: ada.id, user_id: ada.id },
          ...{ label: null, created_at: 1, last_used_at: null },
        }),
      )
      const service = await house.call('POST', '/v1/services', { token: admin.token, body })
      return {
        ...{ house, admin, ada, ben: await house.signedIn(`ben${at}`), lamp: await house.lampOf(ada) },
        ...{ service: service.body.id, app: (await openPartner(house, admin.token)).app },
      }
    }

    const isWaiting = async () => {
      const waiting = await beside.query(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      return waiting.length > 0
    }

    for (const [at, { name, isTwofold, hold, prepare, ask, code }] of rows.entries()) {
      test(`where ${name}`, async () => {
        const scene = await sceneFor(at, isTwofold)
        const prepared = (await prepare?.(scene)) ?? {}
        const [held, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
        const holding = beside.transaction(async (tx) => {
          await hold(tx, scene)
          held.resolve()
          await over.promise
        })
        await held.promise
        let isDone = false
        const asking = ask(scene, prepared).finally(() => {
          isDone = true
        })
        try {
          await eventually(async () => isDone || (await isWaiting()))
          assert.equal(isDone, false, 'it did not wait')
        } finally {
          over.resolve()
          await holding
        }
        const answer = await asking
        if (code !== undefined) assert.equal(answer?.body.code, code, answer?.text ?? '')
        else assert.ok(answer === undefined || answer.status < 300, answer?.text ?? '')
      })
    }
  })
}
