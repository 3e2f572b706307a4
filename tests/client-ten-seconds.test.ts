import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import type { ActivityEvent } from '../packages/server/src/activity/events.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog, testWorld } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { chromiumLaunch, inChromium } from './support/chromium.ts'
import { bundledClient } from './support/client-bundle.ts'

// Two real tabs, a proxy that loses answers, and a browser that stops a tab in the middle of a refresh. All that can
// happen in time is in packages/latchkey/src/client/ten-seconds.test.ts; here it is shown that browsers do the same.

const password = 'a lamp, a latch and a key'
const lifeMs = 300_000
const log = testLog()
const world = testWorld(Date.now())
const events: ActivityEvent[] = []

let directory: string
let server: RunningServer
let proxy: Server
let issuer: string
let context: BrowserContext | undefined
let tabs: readonly [Page, Page]
/** What the proxy does with the answers to the refresh requests to come: to lose it, to keep it until told, or nothing. */
const fates: ('lose' | Promise<void>)[] = []
/** Called at each answer of the server to a refresh, before its fate. */
let answered = () => {}

before(async () => {
  if (inChromium.skip !== false) return
  directory = mkdtempSync(join(tmpdir(), 'latchkey-ten-seconds-'))
  const bundle = await bundledClient()
  const port = await freePort()
  proxy = createServer((asked, response) => {
    if (asked.url === '/' || asked.url === '/bundle.js') {
      response.setHeader('content-type', asked.url === '/' ? 'text/html' : 'text/javascript')
      response.end(asked.url === '/' ? page : bundle)
    } else pass(asked, response, port)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  // The pages are of the issuer's own origin, and the issuer is behind the proxy.
  issuer = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` // it listens on TCP
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
    LATCHKEY_ISSUER: issuer,
  }
  server = await startServer(readConfig(settings, 'development'), { log, world })
  server.app.activity.follow((event) => void events.push(event))
  const hash = await server.app.passwords.hash(password, [])
  await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  context = await chromium.launchPersistentContext(join(directory, 'profile'), chromiumLaunch)
  tabs = [context.pages()[0] ?? (await context.newPage()), await context.newPage()]
})

after(async () => {
  await context?.close()
  await server?.stop()
  proxy?.closeAllConnections()
  proxy?.close()
  if (directory) rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

function pass(asked: IncomingMessage, response: ServerResponse, port: number): void {
  const { url: path = '/', method = 'GET', headers } = asked
  const onward = request({ port, path, method, headers }, async (answer) => {
    if (path === '/v1/refresh') {
      const fate = fates.shift()
      answered()
      if (fate === 'lose') {
        answer.resume()
        response.destroy()
        return
      }
      await fate
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  asked.pipe(onward)
}

for (const storage of ['tabStorage', 'cookieStorage'] as const) {
  test(`an answer that the proxy loses signs out nobody: ${storage}`, inChromium, async () => {
    await begin(storage)
    fates.push('lose')
    await expire()
    assert.equal(await tabs[0].evaluate('ask()'), 200)
    await expectWell()
  })

  test(`a tab that is stopped with the lock and a refresh under way signs out neither: ${storage}`, {
    ...inChromium,
  }, async () => {
    await begin(storage)
    await expire()
    const release = Promise.withResolvers<void>()
    const arrived = new Promise<void>((resolve) => {
      answered = resolve
    })
    fates.push(release.promise)
    const first = tabs[0].evaluate('ask()')
    await arrived
    const debug = await context!.newCDPSession(tabs[0])
    await stop(debug)
    release.resolve()
    // The other one waits for the lock, for a little while, and is then in time.
    assert.equal(await tabs[1].evaluate('ask()'), 200)
    assert.equal(await Promise.race([first, 'stopped']), 'stopped')
    await debug.send('Debugger.resume')
    await debug.detach()
    assert.equal(await first, 200)
    await expectWell()
  })
}

async function begin(storage: string): Promise<void> {
  for (const tab of tabs) {
    await tab.goto('about:blank')
  }
  for (const tab of tabs) {
    await tab.goto(issuer)
    await tab.waitForFunction('globalThis.open_')
    await tab.evaluate(`open_('${storage}')`)
  }
  await tabs[0].evaluate(`client.signIn({ username: 'ada', password: ${JSON.stringify(password)} })`)
  for (const tab of tabs) {
    assert.equal(await tab.evaluate('client.restore().then((who) => who?.username)'), 'ada')
  }
}

/** Both tabs are signed in, and can go on: one more refresh for each. */
async function expectWell(): Promise<void> {
  for (const tab of tabs) {
    await expire()
    assert.equal(await tab.evaluate('ask()'), 200)
    assert.equal(await tab.evaluate('signedOut'), 0)
  }
  assert.deepEqual(
    events.filter(({ event, outcome }) => event === 'session.refresh' && outcome !== 'success'),
    [],
  )
}

/** No script and no timer of the tab runs any more: it holds the lock, and its request is under way. */
async function stop(debug: CDPSession): Promise<void> {
  await debug.send('Debugger.enable')
  const stopped = new Promise((resolve) => debug.once('Debugger.paused', resolve))
  await debug.send('Debugger.pause')
  // It stops at the next statement, which is this one; so it is answered when the tab goes on.
  debug.send('Runtime.evaluate', { expression: '0' }).catch(() => {})
  await stopped
}

async function expire(): Promise<void> {
  world.advance(lifeMs)
  for (const tab of tabs) await tab.evaluate(`jumpedMs += ${lifeMs}`)
}

const page = `<!doctype html><title>ten seconds</title><script type="module">
import * as latchkey from '/bundle.js'
globalThis.signedOut = 0
globalThis.jumpedMs = 0
globalThis.open_ = (storage) => {
  const now = () => Date.now() + jumpedMs
  globalThis.client = latchkey.createClient({ issuer: location.origin, storage: latchkey[storage], now })
  client.on('signed-out', () => signedOut++)
}
globalThis.ask = async () => (await client.fetch('/v1/me')).status
</script>`
