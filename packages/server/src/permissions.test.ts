import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../test/app.ts'
import { newClientKey } from '../test/proofs.ts'
import { openBeside } from '../test/second-app.ts'
import { engines } from '../test/storages.ts'
import {
  addAddress,
  makeAddressPrimary,
  removeAddressOf,
  sendProofTo,
} from './accounts/addresses/addresses.ts'
import { setAttributes } from './accounts/attributes/change.ts'
import { actOnEach } from './accounts/bulk/bulk.ts'
import { downloadDataOf } from './accounts/data/data.ts'
import { cancelDeletion, scheduleDeletion } from './accounts/deletion/deletion.ts'
import { requireFactorOfType, resetFactors } from './accounts/factors/administer.ts'
import { removeIdentityOf } from './accounts/identities/identities.ts'
import { invite } from './accounts/invitations/invitations.ts'
import { grant, withdraw } from './accounts/permissions/grants.ts'
import { resetUser, sendRecovery } from './accounts/recovery/recovery.ts'
import { importFile } from './accounts/transfer/file-import.ts'
import { importPeople } from './accounts/transfer/import-people.ts'
import { ndjsonSource } from './accounts/transfer/sources/line-sources.ts'
import { setSignInRule } from './accounts/user-types/sign-in-rule.ts'
import { changeUserType, createUserType, removeUserType } from './accounts/user-types/user-types.ts'
import {
  createUser,
  disableUser,
  enableUser,
  endSessionOf,
  endSessionsOf,
  unlockUser,
  updateUser,
} from './accounts/users/users.ts'
import { revokeKeyOf } from './api-keys/end.ts'
import { createKeyFor } from './api-keys/make.ts'
import { heldApplication } from './applications/held.ts'
import {
  changeApplication,
  disableApplication,
  enableApplication,
  registerApplication,
  removeApplication,
} from './applications/registered.ts'
import { addSecret, endSecret } from './applications/secrets.ts'
import { distrustWorkload, trustWorkload } from './applications/workloads/workloads.ts'
import { addAppKey, refreshKeysOfApp, revokeKeyOfApp } from './apps/keys.ts'
import { linkPerson, unlinkPerson } from './apps/people/people.ts'
import { changeApp, createPartnerApp, disableApp, heldApp } from './apps/registered.ts'
import { type Caller, operator } from './identity.ts'
import { withdrawConsent } from './oauth/consents/consents.ts'
import { permissionsNamed } from './permissions.ts'
import { heldService } from './services/held.ts'
import { revokeOwnKey, rotateOwnKeys, rotateOwnKeysIfFetched } from './services/own-keys/own-keys.ts'
import { changeService, createService, disableService, replaceSecret } from './services/registered.ts'
import { giveScope, takeScope } from './services/scopes/scopes.ts'
import { dropSharedKey, rotateSharedKey } from './services/shared-keys/shared-keys.ts'
import { endStream, pauseStream } from './shared-signals/administer.ts'
import { revokeToken } from './tokens/revoke.ts'
import {
  changeProvider,
  createProvider,
  disableProvider,
  enableProvider,
  type NewProvider,
  removeProvider,
} from './upstream/providers/providers.ts'

const greater = {
  ...{ username: 'another', displayName: null, userType: undefined, passwordHash: null },
  ...{ isDisabled: false, createdAt: undefined },
}

const ofMine = { name: 'mine', type: 'web', redirectUris: ['https://app.example/callback'] } as const

/** An application that may rotate keys, as whoever registers it says. */
async function strongApplication(ground: TestApp['app']['applications']['ground']): Promise<string> {
  const given = { ...ofMine, scopes: ['keys:write'] }
  return (await registerApplication(ground, operator, given)).application.id
}

/** Verbs that change somebody, tried by somebody who may do less than they: each is refused. */
const overSomebody: Readonly<
  Record<
    string,
    (app: TestApp['app'], weak: Caller, strong: { admin: SignedIn; service: string }) => Promise<unknown>
  >
> = {
  createUser: (app, weak) => createUser(app, weak, { username: 'another', userType: 'administrator' }),
  importPeople: async (app, weak) => {
    const { refused } = await importPeople(app, weak, [greater], { userType: 'administrator' })
    throw refused[0]
  },
  async createImportedAddresses(app, weak, { admin }) {
    await addAddress(app, operator, admin.id, { address: 'strong@example.com', language: 'en' })
    const addresses = [{ address: 'strong@example.com', isUnverified: false }]
    const { refused } = await importPeople(app, weak, [{ ...greater, addresses }], {
      ...{ userType: 'helpdesk', addresses: { mode: 'proven', language: 'en' } },
    })
    throw refused[0]
  },
  async importFile(app, weak) {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-permissions-'))
    const file = join(folder, 'people.ndjson')
    writeFileSync(file, '{"username":"another","user_type":"administrator"}\n')
    try {
      await importFile(app, weak, {
        ...{ file, source: ndjsonSource, reading: 'ndjson', userType: 'customer', isTrial: false },
        onProgress: () => {},
        onRefused: (refused) => {
          throw refused
        },
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  findToChange: (app, weak, { admin }) => enableUser(app, weak, admin.id),
  disableUser: (app, weak, { admin }) => disableUser(app, weak, admin.id),
  scheduleDeletion: (app, weak, { admin }) => scheduleDeletion(app, weak, admin.id, 30),
  cancelDeletion: (app, weak, { admin }) => cancelDeletion(app, weak, admin.id),
  enableUser: (app, weak, { admin }) => enableUser(app, weak, admin.id),
  updateUser: (app, weak, { admin }) => updateUser(app, weak, admin.id, { displayName: 'Mallory' }),
  unlockUser: (app, weak, { admin }) => unlockUser(app, weak, admin.id),
  endSessionOf: (app, weak, { admin }) => endSessionOf(app, weak, admin.id, admin.sessionId),
  setAttributes: (app, weak, { admin }) => setAttributes(app, weak, admin.id, { floor: 3 }),
  endSessionsOf: (app, weak, { admin }) => endSessionsOf(app, weak, admin.id),
  async actOnEach(app, weak, { admin: { id, username } }) {
    for await (const outcome of actOnEach(app, weak, { kind: 'disable' }, [{ id, username }])) throw outcome
  },
  // The token of the weak one is of a fresh sign-in.
  downloadDataOf: (app, weak, { admin }) => downloadDataOf(app, weak, admin.id),
  addAddress: (app, weak, { admin }) =>
    addAddress(app, weak, admin.id, { address: 'mallory@example.com', language: 'en' }),
  sendProofTo: (app, weak, { admin }) => sendProofTo(app, weak, admin.id, 'adr_1'),
  makeAddressPrimary: (app, weak, { admin }) => makeAddressPrimary(app, weak, admin.id, 'adr_1'),
  removeAddressOf: (app, weak, { admin }) => removeAddressOf(app, weak, admin.id, 'adr_1'),
  sendRecovery: (app, weak, { admin }) => sendRecovery(app, weak, admin.id),
  resetUser: (app, weak, { admin }) => resetUser(app, weak, admin.id),
  resetFactors: (app, weak, { admin }) => resetFactors(app, weak, admin.id),
  setSignInRule: (app, weak) => setSignInRule(app, weak, 'administrator', { mailCode: false }),
  requireFactorOfType: (app, weak) => requireFactorOfType(app, weak, 'administrator', null),
  invite: (app, weak, { admin }) => invite(app, weak, admin.id),
  createUserType: (app, weak) =>
    createUserType(app, weak, { name: 'greater', description: '', permissions: ['keys:write'] }),
  changeUserType: (app, weak) => changeUserType(app, weak, 'administrator', { description: 'weaker' }),
  removeUserType: (app, weak) => removeUserType(app, weak, 'administrator', 'customer'),
  grant: (app, weak, { admin }) =>
    grant(app, weak, admin.id, { kind: 'denial', permission: 'users:write', reason: 'a joke', until: null }),
  withdraw: (app, weak, { admin }) => withdraw(app, weak, admin.id, 'grt_any'),
  createService: (app, weak) => createService(app, weak, { name: 'greater', scopes: ['keys:write'] }),
  changeService: (app, weak, { service }) => changeService(app, weak, service, { name: 'mine' }),
  heldService: (app, weak, { service }) => app.db.transaction((tx) => heldService(tx, weak, service)),
  async heldApp({ db, apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that is held' })
    await db.transaction((tx) => heldApp(tx, weak, id))
  },
  async heldApplication({ db, applications: { ground } }, weak) {
    const id = await strongApplication(ground)
    await db.transaction((tx) => heldApplication(tx, weak, id))
  },
  withdrawConsent: ({ oauth: { ground } }, weak, { admin }) =>
    withdrawConsent(ground, weak, { userId: admin.id, application: 'cli_any' }),
  giveScope: (app, weak, { service }) =>
    giveScope(app, weak, service, 'vaults:open', { kind: 'user_type', name: 'helpdesk' }),
  takeScope: (app, weak, { service }) =>
    takeScope(app, weak, service, 'vaults:open', { kind: 'devices', name: '' }),
  rotateOwnKeysIfFetched: (app, weak, { service }) =>
    rotateOwnKeysIfFetched({ ...app, fetches: app.keys.ground.fetches }, weak, service, false),
  revokeOwnKey: (app, weak, { service }) => revokeOwnKey(app, weak, service, 'any'),
  rotateOwnKeys: (app, weak, { service }) => rotateOwnKeys(app, weak, service),
  rotateSharedKey: (app, weak, { service }) => rotateSharedKey(app, weak, service, {}),
  dropSharedKey: (app, weak, { service }) => dropSharedKey(app, weak, service, 'shk_any'),
  replaceSecret: (app, weak, { service }) => replaceSecret(app, weak, service),
  disableService: (app, weak, { service }) => disableService(app, weak, service),
  revokeToken: (app, weak, { admin: { token } }) => revokeToken({ ...app, ...app.hands }, weak, { token }),
  async revokeKeyOf({ apiKeys: { ground } }, weak, { admin }) {
    const { row } = await createKeyFor(ground, operator, admin.id, { name: 'theirs', scopes: ['users:read'] })
    await revokeKeyOf(ground, weak, admin.id, row.id)
  },
  registerApplication: ({ applications: { ground } }, weak) =>
    registerApplication(ground, weak, { ...ofMine, scopes: ['keys:write'] }),
  changeApplication: async ({ applications: { ground } }, weak) =>
    changeApplication(ground, weak, await strongApplication(ground), { name: 'mine' }),
  disableApplication: async ({ applications: { ground } }, weak) =>
    disableApplication(ground, weak, await strongApplication(ground)),
  enableApplication: async ({ applications: { ground } }, weak) =>
    enableApplication(ground, weak, await strongApplication(ground)),
  removeApplication: async ({ applications: { ground } }, weak) =>
    removeApplication(ground, weak, await strongApplication(ground)),
  pauseStream: async ({ applications, signals }, weak) =>
    pauseStream(signals.ground, weak, await strongApplication(applications.ground), 'str_any', true),
  endStream: async ({ applications, signals }, weak) =>
    endStream(signals.ground, weak, await strongApplication(applications.ground), 'str_any'),
  addSecret: async ({ applications: { ground } }, weak) =>
    addSecret(ground, weak, await strongApplication(ground)),
  endSecret: async ({ applications: { ground } }, weak) =>
    endSecret(ground, weak, await strongApplication(ground), 'sec_any'),
  trustWorkload: ({ applications: { ground } }, weak, { service }) =>
    trustWorkload(ground, weak, service, { issuer: 'https://mine.example', subject: 'mine:all' }),
  distrustWorkload: async ({ applications: { ground } }, weak) =>
    distrustWorkload(ground, weak, await strongApplication(ground), 'wid_any'),
  createPartnerApp: ({ apps: { ground } }, weak) => createPartnerApp(ground, weak, { name: 'mine' }),
  async changeApp({ apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that changes' })
    await changeApp(ground, weak, id, { name: 'mine' })
  },
  async addAppKey({ apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that gets a key' })
    await addAppKey(ground, weak, id, { kid: 'mine', algorithm: 'ES256', key: { ...newClientKey().jwk } })
  },
  async revokeKeyOfApp({ apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that loses a key' })
    await revokeKeyOfApp(ground, weak, id, 'any')
  },
  async refreshKeysOfApp({ apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, {
      ...{ name: 'one that publishes', jwksUri: 'https://app.example/keys' },
    })
    await refreshKeysOfApp(ground, weak, id)
  },
  async disableApp({ apps: { ground } }, weak) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that ends' })
    await disableApp(ground, weak, id)
  },
  async linkPerson({ apps: { ground } }, weak, { admin }) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that links' })
    await linkPerson(ground, weak, id, { sub: 'boss', userId: admin.id })
  },
  createProvider: ({ upstream: { ground } }, weak) => createProvider(ground, weak, givenProvider('mine')),
  async changeProvider({ upstream: { ground } }, weak) {
    await createProvider(ground, operator, givenProvider('changes'))
    await changeProvider(ground, weak, 'changes', { name: 'mine' })
  },
  async disableProvider({ upstream: { ground } }, weak) {
    await createProvider(ground, operator, givenProvider('ends'))
    await disableProvider(ground, weak, 'ends')
  },
  async enableProvider({ upstream: { ground } }, weak) {
    await createProvider(ground, operator, givenProvider('begins'))
    await disableProvider(ground, operator, 'begins')
    await enableProvider(ground, weak, 'begins')
  },
  async removeProvider({ upstream: { ground } }, weak) {
    await createProvider(ground, operator, givenProvider('goes'))
    await disableProvider(ground, operator, 'goes')
    await removeProvider(ground, weak, 'goes')
  },
  removeIdentityOf: ({ upstream: { ground }, ...app }, weak, { admin }) =>
    removeIdentityOf({ ...app, ...ground }, weak, admin.id, 'idn_any'),
  async unlinkPerson({ apps: { ground } }, weak, { admin }) {
    const { id } = await createPartnerApp(ground, operator, { name: 'one that unlinks' })
    await linkPerson(ground, operator, id, { sub: 'boss', userId: admin.id })
    await unlinkPerson(ground, weak, id, admin.id)
  },
}

/** Verbs whose actor changes nobody who holds permissions. */
const overNobody: Readonly<Record<string, string>> = {
  addAttribute: 'needs attributes:write; an attribute decides about nobody',
  changeAttribute: 'needs attributes:write; an attribute decides about nobody',
  removeAttribute: 'needs attributes:write; an attribute decides about nobody',
  exportPeople: 'changes nobody',
  disable: 'is called by verbs that have authorized it',
  endSessionsOfIssuer: 'is called by a verb that has authorized it, and by a job',
  authorizeOver: 'is the function itself',
  whoOf: 'only says who acts',
  endGrantsOf: 'is called by verbs that have authorized it over the application',
  createStream: 'an application asks for itself, by a token that says so',
  changeStream: 'an application asks for itself, and the stream is its own',
  changeStatus: 'the same',
  removeStream: 'the same',
  poll: 'the same',
  dropStream: 'is called by verbs that have authorized it over the application',
  stopStream: 'is called by a verb that has authorized it over the application',
  endApiKey: 'is called by a verb that has authorized it over the owner',
  exportLog: 'changes nobody',
  placeHold: 'needs activity:hold; what the log says of somebody stays as it is',
  beginBackup: 'needs activity:backup; the place is the one of the settings',
  runBackup: 'is a command of the operator, and a job',
  liftHold: 'needs activity:hold; who was not deleted is not forgotten',
  acknowledge: 'needs alarms:write; an alarm gives nobody a right',
  close: 'needs alarms:write; an alarm gives nobody a right',
  setRule: 'needs alarms:write; a rule takes nobody a right',
  searchesOf: 'changes nothing',
  saveSearch: 'needs activity:read, and alarms:write to share; a search decides about nobody',
  changeSearch: 'the same',
  removeSearch: 'the same',
  addRule: 'needs alarms:write; a rule decides about nobody',
  changeOwnRule: 'needs alarms:write; a rule decides about nobody',
  removeRule: 'needs alarms:write; a rule decides about nobody',
  addSilence: 'needs alarms:write; a silence ends, and the log has it',
  endSilence: 'needs alarms:write; what is open is told',
  addWebhook: 'needs webhooks:write, which no key and no other permission gives',
  changeWebhook: 'needs webhooks:write, which no key and no other permission gives',
  removeWebhook: 'needs webhooks:write, which no key and no other permission gives',
  rotateSecret: 'needs webhooks:write; the secret is of the server alone',
  replayOne: 'needs webhooks:write; it was sent before',
  replaySince: 'needs webhooks:write; it was sent before',
  sendTest: 'needs webhooks:write; it says nothing of anybody',
  rotateLogKey: 'is a command of the operator',
  endKeysSignedBy: 'is called where the signing key has ended, and what it has signed is worth nothing',
  rotateKeys: 'needs keys:write; every token stays good',
  registerDevice: 'a device holds no permissions, and has no owner yet',
  makerOrItself: 'only says as whom somebody acts on a device',
  createClaimCode: 'refused where the device has an owner',
  addDeviceKey: 'needs devices:write, or the device itself',
  revokeKey: 'needs devices:write',
}

const givenProvider = (key: string): NewProvider => ({
  ...{ key, name: key, issuer: `https://${key}.example`, clientId: 'here', secret: 'a secret' },
  ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, scopes: ['openid'] },
  ...{ responseMode: 'query', userType: null, emailDomains: [], usernameClaim: null },
  ...{ displayNameClaim: null, factorAmr: [], factorAcr: [] },
})

for (const engine of engines) {
  describe(`nobody acts on somebody with permissions they do not hold, on ${engine}`, () => {
    let app: TestApp
    let admin: SignedIn
    let weak: Caller
    let service: string
    before(async () => {
      app = await openTestApp(engine)
      admin = await app.signedIn('admin', 'administrator')
      const permissions = ['users:write', 'user-types:write', 'services:write'] as const
      await createUserType(app.app, operator, { name: 'helpdesk', description: '', permissions })
      const helper = await app.signedIn('helper', 'helpdesk')
      const { identity } = app.app.readToken(helper.token)
      weak = { kind: 'caller', identity, client: { address: '127.0.0.1' } }
      service = (await createService(app.app, operator, { name: 'vault', scopes: ['keys:write'] })).service.id
    })
    after(() => app.close())

    for (const [verb, act] of Object.entries(overSomebody)) {
      test(`${verb} is refused`, async () => {
        await assert.rejects(act(app.app, weak, { admin, service }), { code: 'permission_missing' })
        const { status } = await app.call('GET', '/v1/me', { token: admin.token })
        assert.equal(status, 200, 'and nothing has changed')
      })
    }

    test('what is refused over HTTP stands in the log with who and whom', async () => {
      const { token } = await app.signedIn('second-helper', 'helpdesk')
      const answer = await app.call('POST', `/v1/users/${admin.id}/disable`, { token })
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'])
      const [row] = await app.app.db.query<{ outcome: string; details: string }>(
        `SELECT outcome, details FROM activity WHERE event = 'access.refuse' ORDER BY id DESC LIMIT 1`,
      )
      assert.equal(row?.outcome, 'refused')
      assert.match(row?.details ?? '', /POST \/v1\/users\/\{id\}\/disable/)
    })

    test('nobody gives somebody, or themselves, a type with permissions that they do not hold', async () => {
      const customer = await app.signedIn('somebody')
      const itself = weak.identity.subject
      for (const id of [customer.id, itself]) {
        const change = updateUser(app.app, weak, id, { userType: 'administrator' })
        await assert.rejects(change, { code: 'permission_missing' })
      }
    })

    test('the last administrator keeps their type', async () => {
      const change = { userType: 'customer' }
      await assert.rejects(updateUser(app.app, operator, admin.id, change), { code: 'last_administrator' })
      assert.equal((await app.call('GET', '/v1/me', { token: admin.token })).body.user_type, 'administrator')
    })

    test('the last administrator cannot be disabled, by themselves or by the command line', async () => {
      const { status, body } = await app.call('POST', `/v1/users/${admin.id}/disable`, { token: admin.token })
      assert.deepEqual([status, body.code], [409, 'last_administrator'])
      await assert.rejects(disableUser(app.app, operator, admin.id), { code: 'last_administrator' })
      assert.equal((await app.call('GET', '/v1/me', { token: admin.token })).status, 200)
    })

    test('two administrators who disable each other at two processes leave one', async () => {
      const beside = await openBeside(app)
      const others = await Promise.all(['one', 'two'].map((name) => app.signedIn(name, 'administrator')))
      const [one, two] = others as [SignedIn, SignedIn] // two names
      await disableUser(app.app, operator, admin.id)
      const outcomes = await Promise.allSettled([
        disableUser(app.app, operator, one.id),
        disableUser(beside, operator, two.id),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      await enableUser(app.app, operator, admin.id)
      await beside.stop()
    })
  })
}

test('every verb that takes an actor stands in one of the tables', () => {
  const directory = import.meta.dirname
  const verbs = globSync('**/*.ts', { cwd: directory, exclude: (name) => name.endsWith('.test.ts') })
    .flatMap((file) => [
      ...readFileSync(join(directory, file), 'utf8').matchAll(
        /^export (?:async )?function\*? (\w+)\((?:[^()]|\([^()]*\))*?\bactor: Actor\b/gm,
      ),
    ])
    .map(([, name = '']) => name)
  assert.deepEqual(
    verbs.filter((verb, at) => verbs.indexOf(verb) !== at),
    [],
    'two of one name would share a row',
  )
  assert.ok(verbs.length >= 15, `${verbs.length} were found`)
  const known = new Set([...Object.keys(overSomebody), ...Object.keys(overNobody)])
  assert.deepEqual(
    verbs.filter((verb) => !known.has(verb)),
    [],
  )
  assert.deepEqual(
    [...known].filter((verb) => !verbs.includes(verb)),
    [],
  )
})

test('permissions that an operator types are those that there are, and one that is none is told with them', () => {
  assert.deepEqual(permissionsNamed([]), [])
  assert.deepEqual(permissionsNamed(['users:read', 'keys:read']), ['users:read', 'keys:read'])
  assert.throws(
    () => permissionsNamed(['users:read', 'users:raed']),
    /^Error: users:raed is no permission; there are .*users:read/,
  )
})
