import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { anApplication } from '../../../test/authorization.ts'
import { enrolled } from '../../../test/factors.ts'
import { engines, temporaryStorage } from '../../../test/storages.ts'
import { setSignInRule } from '../../accounts/user-types/sign-in-rule.ts'
import type { Reader } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import { addMasterKey, loadMasterKey, type MasterKey } from '../../secrets/master-key.ts'
import { resealAll } from '../../secrets/resealing.ts'
import { createService } from '../../services/registered.ts'
import { rotateSharedKey } from '../../services/shared-keys/shared-keys.ts'
import { createStream } from '../../shared-signals/streams.ts'
import { createProvider } from '../../upstream/providers/providers.ts'
import { addWebhook } from '../../webhooks/registered.ts'
import { everySealed } from './rotate-master.ts'

/** Sealed with the token that replaces it, which the database does not have: the master key has no part in it. */
const byOthers = ['refresh_tokens']

test('a new master key seals every table anew that holds something sealed', async (t) => {
  const storage = await temporaryStorage('sqlite', { migrated: true })
  t.after(() => storage.remove())
  const db = await storage.open()
  const tables = await db.query<{ name: string }>(
    `SELECT DISTINCT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND c.name LIKE '%sealed%' ORDER BY m.name`,
  )
  const asked: string[] = []
  const reader: Reader = {
    async query(sql) {
      asked.push(/FROM (\w+)/.exec(sql)?.[1] ?? sql)
      return []
    },
  }
  for (const kind of everySealed) await kind.find(reader, '', 1)
  assert.deepEqual(
    asked.toSorted(),
    tables.map(({ name }) => name).filter((name) => !byOthers.includes(name)),
  )
  await db.close()
})

/** What makes a row of each kind, and how many there are then. */
const makes: Readonly<Record<string, (house: TestApp) => Promise<unknown>>> = {
  'signing keys': async () => {},
  'shared keys': async ({ app }) => {
    const profile = { name: 'influxdb1', claims: [{ name: 'username', value: '{subject}' }] } as const
    const given = { name: 'readings', scopes: [], audience: 'https://readings.example', profile }
    const { service } = await createService(app, operator, given)
    await rotateSharedKey(app, operator, service.id, { startsInSeconds: 600 })
  },
  'keys of services': async ({ app }) => {
    const profile = { name: 'plain', key: 'own', algorithm: 'ES256' } as const
    await createService(app, operator, {
      name: 'chat',
      scopes: [],
      audience: 'https://chat.example',
      profile,
    })
  },
  authenticators: (house) => enrolled(house, 'ada'),
  letters: ({ app }) =>
    app.db.transaction((tx) =>
      app.mail.post(
        tx,
        'ada@example.com',
        { language: 'en', subject: 'Hello', paragraphs: [] },
        { letter: 'test' },
      ),
    ),
  registrations: async (house) => {
    await setSignInRule(house.app, operator, 'customer', { selfRegistration: true })
    const body = { address: 'ben@example.com' }
    assert.equal((await house.call('POST', '/v1/registrations', { body })).status, 202)
  },
  recoveries: async (house) => {
    assert.equal((await house.call('POST', '/v1/recover', { body: { login: 'ada' } })).status, 202)
  },
  providers: ({ app }) =>
    createProvider(app.upstream.ground, operator, {
      ...{
        key: 'work',
        name: 'Employer',
        issuer: 'https://login.example',
        clientId: 'us',
        secret: 'a secret',
      },
      ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, responseMode: 'query' },
      ...{ scopes: ['openid'], userType: 'customer', emailDomains: [], usernameClaim: 'preferred_username' },
      ...{ displayNameClaim: 'name', factorAmr: [], factorAcr: [] },
    }),
  'keys of the log': ({ app }) => app.proof.ground.sequencer.settle(),
  'signing keys of the log': ({ app }) => app.proof.ground.checkpoints.make(),
  'secrets of webhooks': ({ app }) =>
    addWebhook(app.webhooks.ground, operator, {
      name: 'pager',
      url: 'https://192.0.2.1/',
      events: ['user.*'],
    }),
  'authorizations of streams': async (house) => {
    const delivery = { method: 'push', endpoint: 'https://192.0.2.1/', authorization: 'Bearer x' } as const
    const application = await anApplication(house)
    await createStream(house.app.signals.ground, operator, application, { delivery })
  },
}

for (const engine of engines) {
  test(`of every kind, what the old key has sealed is sealed by the new one, which opens it alone, on ${engine}`, async (t) => {
    const house = await openTestApp(engine)
    t.after(() => house.close())
    const { app, world } = house
    assert.deepEqual(everySealed.map(({ name }) => name).toSorted(), Object.keys(makes).toSorted())
    for (const make of Object.values(makes)) await make(house)
    const openedBy = async (key: MasterKey) => {
      const texts: Record<string, string[]> = {}
      for (const { name, find, contextOf } of everySealed) {
        const rows = await find(app.db, '', 1_000)
        assert.ok(rows.length > 0, name)
        texts[name] = rows.map(({ id, sealed }) => key.open(sealed, contextOf(id)))
      }
      return texts
    }
    const plain = await openedBy(app.masterKey)
    assert.equal(addMasterKey(app.config.data, world), true)
    app.masterKey.reload()
    const counts = await resealAll(app.db, app.masterKey, everySealed)
    for (const [name, texts] of Object.entries(plain)) assert.equal(counts[name], texts.length, name)
    const [current = ''] = keysIn(app.config.data)
    assert.deepEqual(await openedBy(loadMasterKey(current, app.config.data, world)), plain)
    await assert.rejects(openedBy(loadMasterKey(keysIn(app.config.data)[1], app.config.data, world)))
  })
}

const keysIn = (directory: string) => readFileSync(join(directory, 'master.key'), 'utf8').trim().split('\n')
