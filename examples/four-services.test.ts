import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSigner, generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { operator } from '../packages/server/src/identity.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { giveScope } from '../packages/server/src/services/scopes/scopes.ts'
import type { ScopeHolder } from '../packages/server/src/services/scopes/store.ts'
import { rotateSharedKey } from '../packages/server/src/services/shared-keys/shared-keys.ts'
import { newSharedKeyView } from '../packages/server/src/services/shared-keys/views.ts'
import { startExample } from './running.test-support.ts'
import { password, startLatchkey } from './server.test-support.ts'

type Latchkey = Awaited<ReturnType<typeof startLatchkey>>

const example = (name: string) => fileURLToPath(new URL(`four-services/${name}.ts`, import.meta.url))

/** The four services, registered with shared keys and their scopes given. */
async function registerServices({ server: { app } }: Latchkey) {
  const register = async (name: string, algorithm: 'HS256' | 'HS512', knownScopes: readonly string[]) => {
    const profile = { name: 'plain', algorithm } as const
    const made = await createService(app, operator, {
      name,
      scopes: [],
      audience: name,
      knownScopes,
      profile,
    })
    return { ...made, id: made.service.id }
  }
  const rotate = async ({ id }: { id: string }, startsInSeconds = 0) =>
    newSharedKeyView.show(await rotateSharedKey(app, operator, id, { startsInSeconds }))
  const accountPage = await register('account-page', 'HS256', [])
  const deviceManager = await register('device-manager', 'HS512', ['devices:view', 'devices:report'])
  const connection = await register('connection', 'HS256', ['connect:topics'])
  const billing = await register('billing', 'HS256', ['invoices:read', 'invoices:write'])
  const devices: ScopeHolder = { kind: 'devices', name: '' }
  await giveScope(app, operator, deviceManager.id, 'devices:report', devices)
  await giveScope(app, operator, connection.id, 'connect:topics', devices)
  await giveScope(app, operator, billing.id, 'invoices:read', { kind: 'user_type', name: 'customer' })
  const caller: ScopeHolder = { kind: 'service', name: deviceManager.id }
  await giveScope(app, operator, billing.id, 'invoices:write', caller)
  return { accountPage, deviceManager, connection, billing, rotate }
}

/** How people, the device and a service of the example get tokens. */
async function askers({ server: { app }, issuer, post }: Latchkey) {
  const key = generateKey('ES256')
  const { uid } = await registerDevice(app, operator, {
    ...{ name: 'Hall lamp', product: 'lamp', key: { ...toJwk(publicKeyOf(key)) } },
  })
  const ask = async (form: Record<string, string>) => {
    const response = await fetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    const body = (await response.json()) as { access_token?: string }
    assert.equal(response.status, 200, JSON.stringify(body))
    return body.access_token ?? ''
  }
  const sign = createSigner({
    ...{ key, type: 'device+jwt', issuer: uid, subject: uid, audience: app.config.audience, expiresIn: 600 },
  })
  return {
    uid,
    async asAda(resource: string) {
      const { status, body } = await post('/v1/login', { username: 'ada', password, resource })
      assert.equal(status, 200, JSON.stringify(body))
      return body.access_token
    },
    asLamp: (resource: string) =>
      ask({
        ...{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: sign({}), resource },
      }),
    asService: ({ id, secret }: { id: string; secret: string }, resource: string) =>
      ask({ grant_type: 'client_credentials', client_id: id, client_secret: secret, resource }),
  }
}

async function get(url: string, token: string, method = 'GET'): Promise<string> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } })
  return response.status === 200 ? (await response.text()).trim() : String(response.status)
}

const start = (t: TestContext, { issuer }: Latchkey, name: string, environment: Record<string, string>) =>
  startExample(t, example(name), { ...environment, LATCHKEY_ISSUER: issuer })

test('four services in processes of their own verify by shared keys, without a call to the server', async (t) => {
  const latchkey = await startLatchkey(t)
  const services = await registerServices(latchkey)
  const { accountPage, deviceManager, connection, billing, rotate } = services
  const keys = await Promise.all([accountPage, deviceManager, connection].map((one) => rotate(one)))
  const first = await rotate(billing)
  const { uid, asAda, asLamp, asService } = await askers(latchkey)
  const tokens = {
    page: await asAda('account-page'),
    manager: await asAda('device-manager'),
    report: await asLamp('device-manager'),
    connection: await asLamp('connection'),
    invoices: await asAda('billing'),
    invoice: await asService(deviceManager, 'billing'),
  }
  // The next key stands at billing before the first token that it signs.
  const second = await rotate(billing, 0)
  const tokensOfSecond = await asAda('billing')

  const [accounts, manager, connections, invoices] = await Promise.all([
    start(t, latchkey, 'account-page', { SHARED_KEY: keys[0]?.secret ?? '' }),
    start(t, latchkey, 'device-manager', { SHARED_KEY: keys[1]?.secret ?? '' }),
    start(t, latchkey, 'connection', { SHARED_KEY: keys[2]?.secret ?? '' }),
    start(t, latchkey, 'billing', { SHARED_KEYS: JSON.stringify({ keys: [first.jwk, second.jwk] }) }),
  ])
  const onlySecond = await start(t, latchkey, 'billing', {
    SHARED_KEYS: JSON.stringify({ keys: [second.jwk] }),
  })
  // From here on nobody can be asked.
  await latchkey.stop()
  await assert.rejects(fetch(latchkey.issuer))

  const ada = latchkey.ada.id
  const accepted = [
    [accounts, tokens.page, JSON.stringify({ subject: ada, kind: 'user', userType: 'customer' })],
    [manager, tokens.manager, `the devices of ${ada}`],
    [`${manager}/reports`, tokens.report, `device ${uid} has reported`],
    [connections, tokens.connection, `${uid} is connected`],
    [invoices, tokens.invoices, `the invoices of ${ada}`],
    [invoices, tokensOfSecond, `the invoices of ${ada}`],
    [onlySecond, tokensOfSecond, `the invoices of ${ada}`],
  ] as const
  for (const [url, token, says] of accepted) assert.equal(await get(url, token), says)
  assert.equal(await get(invoices, tokens.invoice, 'POST'), `an invoice by ${deviceManager.id}`)

  const refused = [
    ['another service’s token', accounts, tokens.manager, 401],
    ['another service’s token', manager, tokens.page, 401],
    ['another service’s token', connections, tokens.report, 401],
    ['another service’s token', invoices, tokens.page, 401],
    ['a person who is no device', `${manager}/reports`, tokens.manager, 403],
    ['a device that may only report', manager, tokens.report, 403],
    ['a service that may only write', invoices, tokens.invoice, 403],
    ['the key of before, where it is taken away', onlySecond, tokens.invoices, 401],
    ['a token that was changed', invoices, `${tokens.invoices.slice(0, -2)}AA`, 401],
  ] as const
  for (const [what, url, token, status] of refused) {
    assert.equal(await get(url, token), String(status), `${what} at ${url}`)
  }
})
