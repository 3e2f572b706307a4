import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, type ClientOptions, cookieStorage, createClient, memoryKey } from 'latchkey/client'
import { withoutPauses } from '../packages/latchkey/test/client/issuer.ts'
import { disableUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { openTestApp, testIssuer } from '../packages/server/test/app.ts'

// The client against the whole server, as a page of the server's own origin has it: a browser is here a jar of cookies, a
// localStorage and an address. A real one is in console-session.test.ts.

const lifeMs = 300_000

async function openBrowser(t: TestContext, { hasPauses = false } = {}) {
  if (!hasPauses) withoutPauses(t)
  const app = await openTestApp()
  await app.signedIn('ada')
  await app.signedIn('ben')
  /** The cookies of sessions. */
  const jar = new Map<string, string>()
  /** By which the server knows a browser, whoever is signed in. */
  const ofBrowser = new Map<string, string>()
  const written = new Map<string, string>()
  const bodies: string[] = []
  let isAway = false
  let losesAnswers = 0
  place('location', { origin: testIssuer, href: `${testIssuer}/console` })
  place('localStorage', {
    getItem: (key: string) => written.get(key) ?? null,
    setItem: (key: string, value: string) => void written.set(key, value),
    removeItem: (key: string) => void written.delete(key),
  })

  function place(name: string, value: unknown): void {
    Object.defineProperty(globalThis, name, { value, configurable: true })
    t.after(() => Reflect.deleteProperty(globalThis, name))
  }

  const clients: Client[] = []
  t.after(async () => {
    for (const client of clients) client.close()
    await app.close()
    assert.deepEqual(app.log.errors, [])
  })

  const send: typeof fetch = async (input, init) => {
    if (isAway) throw new TypeError('fetch failed')
    const request = new Request(input, init)
    request.headers.set('origin', testIssuer)
    if (init?.credentials !== 'omit') {
      request.headers.set('cookie', [...jar, ...ofBrowser].map((pair) => pair.join('=')).join('; '))
    }
    const response = await app.app.edge.fetch(request)
    if (losesAnswers > 0) {
      losesAnswers -= 1
      throw new TypeError('the connection was reset')
    }
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=') ?? []
      if (cookie.includes('Max-Age=0')) jar.delete(name)
      else (name.startsWith('latchkey_refresh') ? jar : ofBrowser).set(name, value)
    }
    bodies.push(await response.clone().text())
    return response
  }

  return {
    app,
    jar,
    written,
    bodies,
    send,
    goAway(isGone: boolean) {
      isAway = isGone
    },
    loseAnswers(count: number) {
      losesAnswers = count
    },
    open(options: Partial<ClientOptions> = {}): Client {
      const client = createClient({
        issuer: testIssuer,
        clientId: 'console',
        storage: cookieStorage,
        fetch: send,
        now: app.world.now,
        ...options,
      })
      clients.push(client)
      return client
    },
    /** Close every tab, and open one. */
    reload(options: Partial<ClientOptions> = {}): Client {
      for (const client of clients.splice(0)) client.close()
      return this.open(options)
    },
    async me(client: Client): Promise<string> {
      return ((await (await client.fetch(`${testIssuer}/v1/me`)).json()) as { username: string }).username
    },
    count: async (event: string) =>
      (await app.app.db.query(`SELECT id FROM activity WHERE event = $1 AND outcome = 'success'`, event))
        .length,
  }
}

const ada = { username: 'ada', password: 'the password of ada' }

test('who reloads the only tab is still signed in, and no script ever has the refresh token', async (t) => {
  const browser = await openBrowser(t)
  const first = browser.open()
  assert.equal(await first.restore(), undefined)
  const { sessionId } = await first.signIn(ada)
  assert.deepEqual([...browser.jar.keys()], ['latchkey_refresh_8484.console'])
  const client = browser.reload()
  const told: string[] = []
  client.on('signed-in', ({ username }) => told.push(username))
  const session = await client.restore()
  assert.deepEqual([session?.username, session?.sessionId, told], ['ada', sessionId, ['ada']])
  assert.equal(await browser.me(client), 'ada')
  browser.app.world.advance(lifeMs)
  assert.equal(await browser.me(client), 'ada')
  assert.equal(await browser.count('session.refresh'), 2)
  for (const body of browser.bodies) assert.ok(!body.includes('lk_rt_'))
  assert.deepEqual([...browser.written], [])
})

test('a tab that is opened beside another has its token, without a refresh', async (t) => {
  const browser = await openBrowser(t)
  const tabs = [browser.open(), browser.open()]
  await tabs[0]?.signIn(ada)
  assert.equal((await tabs[1]?.restore())?.username, 'ada')
  assert.equal(await browser.count('session.refresh'), 0)
  assert.equal(await browser.count('user.sign_in'), 3)
})

test('tabs that are all restored at once, as a browser does when it starts, refresh once', async (t) => {
  // A tab that does not wait for the answers of the others would have to refresh as well.
  const browser = await openBrowser(t, { hasPauses: true })
  await browser.open().signIn(ada)
  const tabs = [browser.reload(), browser.open(), browser.open()]
  const sessions = await Promise.all(tabs.map((tab) => tab.restore()))
  assert.deepEqual(
    sessions.map((session) => session?.username),
    ['ada', 'ada', 'ada'],
  )
  assert.equal(await browser.count('session.refresh'), 1)
})

test('tabs without locks that refresh at once are all signed in', async (t) => {
  const browser = await openBrowser(t)
  await browser.open().signIn(ada)
  const tabs = [browser.reload({ locks: false }), browser.open({ locks: false })]
  await Promise.all(tabs.map((tab) => tab.restore()))
  for (let round = 0; round < 3; round++) {
    browser.app.world.advance(lifeMs)
    assert.deepEqual(await Promise.all(tabs.map((tab) => browser.me(tab))), ['ada', 'ada'])
  }
})

test('who signs out is signed out after a reload, and has no cookie', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  await client.signOut()
  assert.deepEqual([browser.jar.size, browser.written.size], [0, 0])
  assert.equal(await browser.reload().restore(), undefined)
  assert.equal(await browser.count('session.end'), 1)
})

test('who signs out with a token that has expired is signed out all the same', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  browser.app.world.advance(lifeMs)
  await client.signOut()
  assert.equal(browser.jar.size, 0)
  assert.equal(await browser.count('session.end'), 1)
})

test('who signed out while the server was away stays signed out after a reload, and the server is told then', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  browser.goAway(true)
  await assert.rejects(client.signOut(), { code: 'issuer_unreachable' })
  assert.equal(client.session, undefined)
  assert.equal(browser.jar.size, 1)
  browser.goAway(false)
  const next = browser.reload()
  const stop = next.on('signed-in', () => assert.fail('signed in'))
  assert.equal(await next.restore(), undefined)
  assert.deepEqual([browser.jar.size, browser.written.size], [0, 0])
  assert.equal(await browser.count('session.end'), 1)
  // And may sign in again.
  stop()
  await next.signIn(ada)
  assert.equal((await browser.reload().restore())?.username, 'ada')
})

test('who signed out while the server was away, and in by a page without script, is signed in', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  browser.goAway(true)
  await assert.rejects(client.signOut(), { code: 'issuer_unreachable' })
  browser.goAway(false)
  const form = new URLSearchParams({ username: 'ben', password: 'the password of ben' })
  assert.equal((await browser.send(`${testIssuer}/sign-in`, { method: 'POST', body: form })).status, 200)
  assert.equal((await browser.reload().restore())?.username, 'ben')
  assert.equal((await browser.reload().restore())?.username, 'ben')
  assert.equal(await browser.count('session.end'), 0)
})

test('a page that is opened while the server is away is signed in when it can ask', async (t) => {
  const browser = await openBrowser(t)
  await browser.open().signIn(ada)
  browser.goAway(true)
  const client = browser.reload()
  await assert.rejects(client.restore(), { code: 'issuer_unreachable' })
  browser.goAway(false)
  browser.app.world.advance(60_000)
  assert.equal((await client.restore())?.username, 'ada')
})

test('an answer that is lost costs nobody the session: the cookie of before brings the same successor', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  browser.app.world.advance(lifeMs)
  browser.loseAnswers(1)
  assert.equal(await browser.me(client), 'ada')
  assert.equal((await browser.reload().restore())?.username, 'ada')
})

test('who was disabled meanwhile is not signed in by the cookie', async (t) => {
  const browser = await openBrowser(t)
  const { subject } = await browser.open().signIn(ada)
  await disableUser(browser.app.app, operator, subject)
  const client = browser.reload()
  assert.equal(await client.restore(), undefined)
  await assert.rejects(client.fetch(`${testIssuer}/v1/me`), { code: 'signed_out' })
})

test('who signs in as somebody else has the cookie, and the session of before is over', async (t) => {
  const browser = await openBrowser(t)
  const client = browser.open()
  await client.signIn(ada)
  await client.signIn({ username: 'ben', password: 'the password of ben' })
  assert.equal((await browser.reload().restore())?.username, 'ben')
  assert.equal(await browser.count('session.end'), 1)
})

test('two applications of one origin have a cookie each', async (t) => {
  const browser = await openBrowser(t)
  await browser.open().signIn(ada)
  await browser.open({ clientId: 'shop' }).signIn({ username: 'ben', password: 'the password of ben' })
  assert.equal(browser.jar.size, 2)
  assert.equal((await browser.reload({ clientId: 'shop' }).restore())?.username, 'ben')
  assert.equal((await browser.reload().restore())?.username, 'ada')
})

test('a cookie may be bound to a key as well, and is worth nothing without it', async (t) => {
  const browser = await openBrowser(t)
  const key = await memoryKey('kept by the browser')
  await browser.open({ dpop: async () => key }).signIn(ada)
  assert.equal((await browser.reload({ dpop: async () => key }).restore())?.username, 'ada')
  assert.equal(await browser.reload({ dpop: memoryKey }).restore(), undefined)
  assert.equal(await browser.reload().restore(), undefined)
  assert.equal((await browser.reload({ dpop: async () => key }).restore())?.username, 'ada')
})

test('a page of another origin has no session by cookie', async (t) => {
  const browser = await openBrowser(t)
  assert.throws(() => browser.open({ issuer: 'https://id.example.com' }), TypeError)
  Reflect.deleteProperty(globalThis, 'location')
  assert.throws(() => browser.open(), TypeError)
})
