import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient } from 'latchkey/client'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { createUser, disableUser } from '../packages/server/src/accounts/users/users.ts'
import type { ActivityEvent } from '../packages/server/src/activity/events.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog, testWorld } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { chromiumLaunch, inChromium } from './support/chromium.ts'
import { bundledClient } from './support/client-bundle.ts'

// The client against the whole product: in Node, and in two tabs of a page of another origin in a real browser. The
// server's clock is the test's, so that tokens expire when it says; the Date of its answers is the machine's.

/** A longer run by hand: LATCHKEY_TEST_ROUNDS=1000 node --conditions=latchkey-source tests/client.test.ts */
const rounds = Number(process.env.LATCHKEY_TEST_ROUNDS ?? 50)
const lifeMs = 300_000
const password = 'a lamp, a latch and a key'
const log = testLog()
const world = testWorld(Date.now())
const events: ActivityEvent[] = []

let directory: string
let server: RunningServer
let issuer: string
let pages: Server
let origin: string
let elsewhere: Server
let stranger: string
/** What the two origins of pages were asked for, and whether with a token. */
const asked: [path: string | undefined, hasToken: boolean][] = []
let context: BrowserContext | undefined
let tabs: Page[]

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-client-'))
  const bundle = await bundledClient()
  pages = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization !== undefined])
    if (request.url === '/away') {
      response.writeHead(302, { location: `${stranger}/caught` }).end()
      return
    }
    const isScript = request.url === '/bundle.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? bundle : html())
  })
  origin = await listening(pages)
  elsewhere = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization !== undefined])
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end()
  })
  stranger = await listening(elsewhere)
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
    LATCHKEY_CORS_ORIGINS: origin,
  }
  server = await startServer(readConfig(settings, 'development'), { log, world })
  server.app.activity.follow((event) => void events.push(event))
  const hash = await server.app.passwords.hash(password, [])
  for (const username of ['ada', 'ben', 'cleo']) {
    await createUser(server.app, operator, { username, userType: 'customer' }, hash)
  }
  if (inChromium.skip !== false) return
  context = await chromium.launchPersistentContext(join(directory, 'profile'), {
    ...chromiumLaunch,
  })
  tabs = [context.pages()[0] ?? (await context.newPage()), await context.newPage()]
  for (const tab of tabs) {
    await tab.goto(origin)
    await tab.waitForFunction('globalThis.client')
  }
})

after(async () => {
  await context?.close()
  await server?.stop()
  for (const one of [pages, elsewhere]) {
    one?.closeAllConnections()
    one?.close()
  }
  rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

test('a program signs in, is somebody, and signs out', async (t) => {
  const client = createClient({ issuer })
  t.after(() => client.close())
  await assert.rejects(client.signIn({ username: 'ben', password: 'not his' }), {
    code: 'credentials_invalid',
  })
  const session = await client.signIn({ username: 'ben', password })
  assert.equal(session.userType, 'customer')
  const me = (await (await client.fetch(`${issuer}/v1/me`)).json()) as Record<string, unknown>
  assert.deepEqual([me.id, me.username], [session.subject, 'ben'])
  const before = count('session.refresh', 'success')
  world.advance(lifeMs + 60_000)
  assert.equal((await client.fetch(`${issuer}/v1/me`)).status, 200)
  assert.equal(count('session.refresh', 'success'), before + 1)
  await client.signOut()
  assert.equal(events.findLast(({ event }) => event === 'session.end')?.target, session.sessionId)
})

test('whose account is disabled is signed out at the next request, and asks no more', async (t) => {
  const client = createClient({ issuer })
  t.after(() => client.close())
  const { subject } = await client.signIn({ username: 'cleo', password })
  const told = new Promise((resolve) => client.on('signed-out', resolve))
  await disable(subject)
  assert.equal((await client.fetch(`${issuer}/v1/me`)).status, 401)
  assert.deepEqual(await told, { reason: 'session_ended' })
  const before = events.length
  await assert.rejects(client.fetch(`${issuer}/v1/me`), { code: 'signed_out' })
  assert.equal(events.length, before)
})

test('who signs in in one tab is signed in in the other, and after a reload', inChromium, async () => {
  await tabs[0]!.evaluate(`client.signIn({ username: 'ada', password: ${JSON.stringify(password)} })`)
  for (const tab of tabs)
    assert.equal(await tab.evaluate('client.restore().then((who) => who?.username)'), 'ada')
  await tabs[1]!.reload()
  await tabs[1]!.waitForFunction('globalThis.client')
  assert.equal(await tabs[1]!.evaluate('client.restore().then((who) => who?.username)'), 'ada')
  for (const tab of tabs)
    assert.deepEqual(await tab.evaluate('[localStorage.length, document.cookie]'), [0, ''])
})

test(`two tabs, ten requests each, ${rounds} expiries: one refresh for each, and nobody signed out`, {
  ...inChromium,
  timeout: 3_600_000,
}, async (t) => {
  const before = count('session.refresh', 'success')
  const unhappy = () => count('session.refresh', 'refused') + count('session.refresh', 'alarm')
  const unhappyBefore = unhappy()
  const beganAtMs = performance.now()
  const odd: string[] = []
  for (let round = 1; round <= rounds; round++) {
    if (round % 2 === 0) {
      // The server finds the token expired, and says so to all twenty.
      world.advance(lifeMs + 60_000)
    } else {
      // The clock of the machine jumps, and both tabs believe that it is time. The answer puts the clock right.
      for (const tab of tabs) await tab.evaluate(`globalThis.jumpMs += ${lifeMs}`)
    }
    const statuses = await Promise.all(tabs.map((tab) => tab.evaluate('ask(10)')))
    const refreshes = count('session.refresh', 'success') - before
    if (refreshes !== round || !statuses.flat().every((status) => status === 200)) {
      odd.push(`round ${round}: ${refreshes} refreshes, ${statuses}`)
    }
  }
  assert.deepEqual(odd.slice(0, 5), [])
  assert.deepEqual(await Promise.all(tabs.map((tab) => tab.evaluate('signedOut'))), [0, 0])
  assert.equal(unhappy(), unhappyBefore)
  t.diagnostic(`${rounds} rounds in ${Math.round(performance.now() - beganAtMs)} ms`)
})

test('a redirect takes no token to another origin in a browser either', inChromium, async () => {
  await tabs[0]!.evaluate(`client.fetch('/away')`)
  assert.deepEqual(asked.slice(-2), [
    ['/away', true],
    ['/caught', false],
  ])
  const code = `client.fetch('${stranger}/direct').catch(({ code }) => code)`
  assert.equal(await tabs[0]!.evaluate(code), 'origin_not_listed')
  assert.equal(asked.at(-1)?.[0], '/caught')
})

test('a page of another origin may read the time of the server', inChromium, async () => {
  const date = await tabs[0]!.evaluate(
    `client.fetch('${issuer}/v1/me').then(({ headers }) => headers.get('date'))`,
  )
  assert.ok(Number.isFinite(Date.parse(String(date))))
})

test('who signs out in one tab is signed out in both', inChromium, async () => {
  const told = tabs[1]!.evaluate('new Promise((resolve) => client.on("signed-out", resolve))')
  await tabs[1]!.evaluate('0') // it listens by now
  await tabs[0]!.evaluate('client.signOut()')
  assert.deepEqual(await told, { reason: 'signed_out_elsewhere' })
  assert.equal(events.findLast(({ event }) => event === 'session.end')?.reason, 'signed_out')
})

function count(event: string, outcome: ActivityEvent['outcome']): number {
  return events.filter((one) => one.event === event && one.outcome === outcome).length
}

const html = () => `<!doctype html><title>latchkey/client</title><script type="module">
import { createClient, tabStorage } from '/bundle.js'
globalThis.jumpMs = 0
globalThis.signedOut = 0
const now = () => Date.now() + jumpMs
const client = createClient({ issuer: '${issuer}', resources: ['${origin}'], storage: tabStorage, now })
client.on('signed-out', () => signedOut++)
globalThis.client = client
globalThis.ask = (count) =>
  Promise.all(Array.from({ length: count }, async () => (await client.fetch('${issuer}/v1/me')).status))
</script>`

async function listening(given: Server): Promise<string> {
  await new Promise<void>((resolve) => given.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(given.address() as AddressInfo).port}` // it listens on TCP
}

async function disable(subject: string): Promise<void> {
  await disableUser(server.app, operator, subject)
}
