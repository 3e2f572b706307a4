import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient, memoryKey, type StoredSession } from 'latchkey/client'
import { fileKey, fileStorage } from 'latchkey/client/file-storage'
import { createGuard } from 'latchkey/guard/node'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { chromiumLaunch, inChromium } from './support/chromium.ts'
import { bundledClient } from './support/client-bundle.ts'

// Tokens that are bound to a key, from the sign-in at the real server to a guard in front of somebody's API: a program, and
// two tabs of a page in a real browser. The clock is the machine's, for proofs are dated by it.

const password = 'a lamp, a latch and a key'
const log = testLog()

let directory: string
let server: RunningServer
let issuer: string
/** Pages, and at /api what the guard protects. */
let site: Server
let origin: string
let guard: ReturnType<typeof createGuard>
let context: BrowserContext | undefined
let tabs: Page[]

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-dpop-'))
  const bundle = await bundledClient()
  site = createServer((request, response) => {
    if (request.url?.startsWith('/api')) return api(request, response)
    const isScript = request.url === '/bundle.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? bundle : html())
  })
  origin = await listening(site)
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  guard = createGuard({
    issuer,
    audience: issuer,
    dpop: { required: true, nonce: true, baseUrl: origin },
  })
  const api = guard.listener({}, (request, response) => {
    response.end(JSON.stringify({ subject: request.auth.subject }))
  })
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
    LATCHKEY_CORS_ORIGINS: origin,
  }
  server = await startServer(readConfig(settings, 'development'), { log })
  const hash = await server.app.passwords.hash(password, [])
  await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  if (inChromium.skip !== false) return
  context = await chromium.launchPersistentContext(join(directory, 'profile'), {
    ...chromiumLaunch,
  })
  tabs = [context.pages()[0] ?? (await context.newPage()), await context.newPage()]
  for (const tab of tabs) await open(tab)
})

after(async () => {
  await context?.close()
  guard?.close()
  await server?.stop()
  site?.closeAllConnections()
  site?.close()
  rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

test('a program proves its key to the server and to a guard, renews, and signs out', async (t) => {
  const storage = fileStorage(join(directory, 'session.json'))
  const dpop = fileKey(join(directory, 'key.json'))
  let jumpMs = 0
  const options = { issuer, resources: [origin], storage, dpop, now: () => Date.now() + jumpMs }
  const client = createClient(options)
  t.after(() => client.close())
  const { subject } = await client.signIn({ username: 'ada', password })
  assert.deepEqual(await answerOf(client.fetch(`${origin}/api?q=1`)), [200, { subject }])
  const [status, me] = await answerOf(client.fetch(`${issuer}/v1/me`))
  assert.deepEqual([status, me.id], [200, subject])

  // Its clock is set, so that the token seems to be over and the first proof is from the future.
  jumpMs = 600_000
  const first = await read(storage)
  assert.deepEqual(await answerOf(client.fetch(`${origin}/api`)), [200, { subject }])
  assert.notEqual((await read(storage)).accessToken, first.accessToken)

  // Another start of the program has the same key.
  const again = createClient(options)
  t.after(() => again.close())
  assert.equal((await again.restore())?.subject, subject)
  assert.deepEqual(await answerOf(again.fetch(`${origin}/api`)), [200, { subject }])
  await again.signOut()
  // It hears of that by the first refusal.
  assert.equal((await client.fetch(`${issuer}/v1/me`)).status, 401)
  await assert.rejects(client.fetch(`${origin}/api`), { code: 'signed_out' })
})

test('whoever copied the session of a client with a key has nothing', async (t) => {
  const storage = fileStorage(join(directory, 'stolen.json'))
  const client = createClient({ issuer, resources: [origin], storage, dpop: memoryKey })
  t.after(() => client.close())
  const { subject } = await client.signIn({ username: 'ada', password })
  const stolen = await read(storage)

  const asBearer = { authorization: `Bearer ${stolen.accessToken}` }
  for (const url of [`${issuer}/v1/me`, `${origin}/api`]) {
    assert.equal((await fetch(url, { headers: asBearer })).status, 401)
  }
  const renewed = await fetch(`${issuer}/v1/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token: stolen.refreshToken }),
  })
  assert.equal(renewed.status, 401)
  // With a key of their own.
  const thief = createClient({ issuer, resources: [origin], storage, dpop: memoryKey })
  t.after(() => thief.close())
  for (const url of [`${issuer}/v1/me`, `${origin}/api`]) {
    const code = await thief.fetch(url).then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    )
    assert.ok(code === 401 || code === 'signed_out', String(code))
  }
  await storage('').write(stolen)
  // And the owner goes on.
  assert.deepEqual(await answerOf(client.fetch(`${origin}/api`)), [200, { subject }])
})

test('tabs share a key that no script can take out, and it is there after a reload', inChromium, async () => {
  const facts = `browserKey('test').then(({ publicJwk }) => publicJwk.x)`
  const [first, second] = await Promise.all(tabs.map((tab) => tab.evaluate(facts)))
  assert.equal(first, second)
  await open(tabs[1]!)
  assert.equal(await tabs[1]!.evaluate(facts), first)
  assert.notEqual(await tabs[0]!.evaluate(facts.replace('test', 'other')), first)
  const taken = await tabs[0]!.evaluate(`new Promise((resolve) => {
    indexedDB.open('latchkey').onsuccess = ({ target: { result } }) => {
      result.transaction('proof-keys').objectStore('proof-keys').get('test').onsuccess = async ({ target }) => {
        const { privateKey } = target.result
        resolve([privateKey.extractable, await crypto.subtle.exportKey('jwk', privateKey).catch(({ name }) => name)])
      }
    }
  })`)
  assert.deepEqual(taken, [false, 'InvalidAccessError'])
})

test(
  'two tabs sign in, ask an API that wants nonces, renew and sign out, all with one key',
  inChromium,
  async () => {
    const username = await tabs[0]!.evaluate(
      `client.signIn({ username: 'ada', password: ${JSON.stringify(password)} }).then((who) => who.username)`,
    )
    assert.equal(username, 'ada')
    const ask = (tab: Page) => tab.evaluate('ask(5)')
    for (const statuses of await Promise.all(tabs.map(ask))) assert.deepEqual(statuses, Array(10).fill(200))
    for (const tab of tabs) await tab.evaluate('globalThis.jumpMs += 600_000')
    for (const statuses of await Promise.all(tabs.map(ask))) assert.deepEqual(statuses, Array(10).fill(200))
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.evaluate('signedOut'))), [0, 0])
    await tabs[1]!.evaluate('client.signOut()')
    const code = `client.fetch('/api').catch(({ code }) => code)`
    for (const tab of tabs) assert.equal(await tab.evaluate(code), 'signed_out')
  },
)

async function open(tab: Page): Promise<void> {
  await tab.goto(origin)
  await tab.waitForFunction('globalThis.client')
}

const html = () => `<!doctype html><title>latchkey/client</title><script type="module">
import { browserKey, createClient, tabStorage } from '/bundle.js'
globalThis.jumpMs = 0
globalThis.signedOut = 0
const now = () => Date.now() + jumpMs
const options = { issuer: '${issuer}', resources: [location.origin], storage: tabStorage, dpop: browserKey, now }
const client = createClient(options)
client.on('signed-out', () => signedOut++)
Object.assign(globalThis, { client, browserKey })
globalThis.ask = (count) =>
  Promise.all(
    ['/api', '${issuer}/v1/me'].flatMap((url) =>
      Array.from({ length: count }, async () => (await client.fetch(url)).status),
    ),
  )
</script>`

async function answerOf(asking: Promise<Response>): Promise<[number, Record<string, unknown>]> {
  const response = await asking
  return [response.status, (await response.json()) as Record<string, unknown>]
}

async function read(storage: ReturnType<typeof fileStorage>): Promise<StoredSession> {
  return (await storage('').read()) as StoredSession // the client has just written it
}

async function listening(given: Server): Promise<string> {
  await new Promise<void>((resolve) => given.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(given.address() as AddressInfo).port}` // it listens on TCP
}
