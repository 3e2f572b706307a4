import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, startIssuer } from '../../test/client/issuer.ts'
import type { Client } from './client.ts'
import { type Locks, platformLocks } from './locks.ts'
import type { Session, StoredSession } from './session.ts'
import { keyValueStorage, type OpenStorage } from './storage.ts'
import { createTabStorage, tabStorage } from './tab-storage.ts'

// Each client here is a tab: Node has the locks and the channels that browsers have.

const locks = platformLocks()
assert.ok(locks, 'this Node has locks')
const shared = { locks, storage: tabStorage }

test('a tab that is opened later is signed in as the others are', async (t) => {
  const issuer = await startIssuer(t)
  const first = await issuer.signedIn(shared)
  const second = issuer.open(shared)
  assert.equal((await second.restore())?.username, 'ada')
  assert.equal(await issuer.tokenOf(second), await issuer.tokenOf(first))
  assert.deepEqual(issuer.count('/v1/login'), 1)
})

test('a tab waits for the answers of all others, and no longer', { timeout: 20_000 }, async (t) => {
  const issuer = await startIssuer(t)
  const first = await issuer.signedIn(shared)
  const others = [issuer.open(shared), issuer.open(shared)]
  await Promise.all(others.map((tab) => tab.restore()))
  // No time that is given up after a while ever comes.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const last = issuer.open(shared)
  assert.equal((await last.restore())?.username, first.session?.username)
})

test('a sign-in and a sign-out in one tab are told in the others', async (t) => {
  const issuer = await startIssuer(t)
  const [first, second] = [issuer.open(shared), issuer.open(shared)]
  assert.equal(await second.restore(), undefined)
  const came = new Promise((resolve) => second.on('signed-in', resolve))
  await first.signIn(ada)
  assert.equal(((await came) as { username: string }).username, 'ada')
  const went = new Promise((resolve) => second.on('signed-out', resolve))
  await first.signOut()
  assert.deepEqual(await went, { reason: 'signed_out_elsewhere' })
  await assert.rejects(second.fetch(`${issuer.url}/me`), { code: 'signed_out' })
})

test('what a renewal in one tab has changed is told in the others', async (t) => {
  const issuer = await startIssuer(t)
  const [first, second] = [await issuer.signedIn(shared), issuer.open(shared)]
  await second.restore()
  const changed = new Promise((resolve) => second.on('session-changed', resolve))
  issuer.scope = 'devices:view activity:read'
  issuer.expire()
  await issuer.tokenOf(first)
  assert.deepEqual(((await changed) as Session).scopes, ['devices:view', 'activity:read'])
  assert.equal(issuer.refreshes, 1)
})

test('the last tab that is closed takes the session along', async (t) => {
  const issuer = await startIssuer(t)
  const first = await issuer.signedIn(shared)
  first.close()
  assert.equal(await issuer.open(shared).restore(), undefined)
})

test('two applications of one origin have sessions of their own', async (t) => {
  const issuer = await startIssuer(t)
  await issuer.signedIn({ ...shared, clientId: 'shop' })
  assert.equal(await issuer.open({ ...shared, clientId: 'tab' }).restore(), undefined)
  assert.equal(await issuer.open(shared).restore(), undefined)
  assert.equal((await issuer.open({ ...shared, clientId: 'shop' }).restore())?.username, 'ada')
})

const stores: readonly { name: string; open: () => OpenStorage; locks: Locks | false }[] = [
  { name: 'tabs with locks', open: () => tabStorage, locks },
  { name: 'a store of their own, with locks', open: mapStorage, locks },
  { name: 'a store of their own, without locks', open: mapStorage, locks: false },
  // Nothing tells them of each other: they learn it by the message that comes after the race.
  { name: 'tabs without locks', open: () => blindTabs, locks: false },
]

for (const { name, open, locks } of stores) {
  test(`ten requests of each of three tabs, all expired: ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const storage = open()
    const first = await issuer.signedIn({ storage, locks })
    const tabs = [first, issuer.open({ storage, locks }), issuer.open({ storage, locks })]
    for (const tab of tabs) tab.on('signed-out', () => assert.fail('signed out'))
    await Promise.all(tabs.map((tab) => tab.restore()))
    // Without locks two may ask at once; the server of Latchkey gives both the same successor.
    if (locks === false) issuer.instead.set('/v1/refresh', sameSuccessor(issuer))
    for (let round = 1; round <= 5; round++) {
      issuer.expire()
      const tokens = await all(tabs, (tab) => issuer.tokenOf(tab))
      assert.equal(issuer.reused, 0)
      if (locks !== false) assert.deepEqual([new Set(tokens).size, issuer.refreshes], [1, round])
    }
    assert.deepEqual(
      tabs.map(({ session }) => session?.username),
      ['ada', 'ada', 'ada'],
    )
  })
}

test('a tab whose clock was set as well takes over the correction with the token', async (t) => {
  const issuer = await startIssuer(t)
  let oursMs = issuer.nowMs
  const options = { ...shared, now: () => oursMs }
  const tabs = [await issuer.signedIn(options), issuer.open(options)]
  await all(tabs, (tab) => issuer.tokenOf(tab))
  oursMs += 3_600_000
  await all(tabs, (tab) => issuer.tokenOf(tab))
  assert.equal(issuer.refreshes, 1)
})

test('what other scripts of the origin say on the channel signs nobody in or out', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn(shared)
  const channel = new BroadcastChannel(`latchkey ${issuer.url}`)
  t.after(() => channel.close())
  const noise = [null, 1, 'changed', {}, { kind: 'changed' }, { kind: 'changed', version: 'x' }]
  for (const message of noise) channel.postMessage(message)
  for (const session of [{}, 'x', { issuer: 'https://evil.example' }]) {
    channel.postMessage({ kind: 'answered', to: 'nobody', version: 1e9, session })
  }
  // The answer comes behind all of these, so they have been read by then.
  const answered = new Promise((resolve) => {
    channel.onmessage = resolve as () => void
  })
  channel.postMessage({ kind: 'asked', from: 'me', question: 1 })
  await answered
  assert.equal(client.session?.username, 'ada')
})

test('a tab that does not answer is waited for only so long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const posted = Promise.withResolvers<void>()
  const storage = createTabStorage('latchkey x', {
    openChannel: () => ({ postMessage: () => posted.resolve(), onmessage: null, close() {} }),
    locks: {
      request: (_name, _options, run) => run(),
      query: async () => ({ held: [{ name: 'latchkey x#tab#1' }] }),
    },
  })
  let isAnswered = false
  const reading = storage.read().finally(() => {
    isAnswered = true
  })
  await posted.promise
  t.mock.timers.tick(999)
  await new Promise(setImmediate)
  assert.equal(isAnswered, false)
  t.mock.timers.tick(1)
  assert.equal(await reading, undefined)
  storage.close?.()
})

test('a tab counts the others and tells of a session when it is counted itself, and not before', async () => {
  const order: string[] = []
  const given = Promise.withResolvers<void>()
  const storage = createTabStorage('latchkey x', {
    openChannel: () => ({
      postMessage: ({ kind }: { kind: string }) => order.push(kind),
      onmessage: null,
      close() {},
    }),
    locks: {
      request: async (_name, _options, run) => {
        await given.promise
        order.push('present')
        return run()
      },
      query: async () => {
        order.push('counted')
        return { held: [] }
      },
    },
  })
  const session = { issuer: 'x' } as unknown as StoredSession // the storage does not look into it
  const done = [storage.read(), storage.write(session)]
  await new Promise(setImmediate)
  assert.deepEqual(order, [])
  given.resolve()
  await Promise.all(done)
  assert.deepEqual(order[0], 'present')
  assert.deepEqual(order.slice(1).sort(), ['changed', 'counted'])
  storage.close?.()
})

test('of two changes at once the first that is heard stands, unless the other is a sign-out', async () => {
  const heard: unknown[] = []
  let channel: { onmessage: ((event: { data: unknown }) => void) | null } | undefined
  const storage = createTabStorage('latchkey x', {
    openChannel: () => {
      const one = { postMessage() {}, onmessage: null, close() {} }
      channel = one
      return one
    },
  })
  storage.subscribe?.((session) => heard.push(session))
  const changes: readonly (readonly [version: unknown, session: unknown])[] = [
    [1, 'first'],
    [1, 'second'],
    [0, undefined],
    [1.5, 'no version'],
    ['2', 'no version'],
    [1, undefined],
    [1, 'third'],
    [2, 'fourth'],
  ]
  for (const [version, session] of changes) {
    channel?.onmessage?.({ data: { kind: 'changed', version, session } })
  }
  assert.deepEqual(heard, ['first', undefined, 'fourth'])
  storage.close?.()
  channel?.onmessage?.({ data: { kind: 'changed', version: 3, session: 'fifth' } })
  assert.equal(heard.length, 3)
})

test('tabs that nothing counts ask the others once, and not before each refresh', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  const storage = createTabStorage('latchkey x', {
    openChannel: () => ({ postMessage: () => (asked += 1), onmessage: null, close() {} }),
  })
  let isAnswered = false
  const reading = storage.read().finally(() => {
    isAnswered = true
  })
  t.mock.timers.tick(99)
  await new Promise(setImmediate)
  assert.equal(isAnswered, false)
  t.mock.timers.tick(1)
  await reading
  await storage.read()
  assert.equal(asked, 1)
  storage.close?.()
})

test('a lock that is never given is waited for only so long', async (t) => {
  const issuer = await startIssuer(t)
  const stuck: Locks = {
    request: (_name, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        asked.resolve(signal)
      }),
    query: async () => ({ held: [] }),
  }
  const asked = Promise.withResolvers<AbortSignal | undefined>()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const signing = issuer.open({ locks: stuck }).signIn(ada)
  const signal = await asked.promise
  t.mock.timers.tick(3_999)
  assert.equal(signal?.aborted, false)
  t.mock.timers.tick(1)
  assert.equal((await signing).username, 'ada')
})

test('work that fails under a lock that came late is not done a second time', async (t) => {
  const issuer = await startIssuer(t)
  const asked = Promise.withResolvers<void>()
  const late: Locks = {
    async request(_name, { signal }, run) {
      asked.resolve()
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      return run()
    },
    query: async () => ({ held: [] }),
  }
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const signing = issuer.open({ locks: late }).signIn({ username: 'ada', password: 'wrong' })
  await asked.promise
  t.mock.timers.tick(4_000)
  await assert.rejects(signing, { code: 'credentials_invalid' })
  assert.equal(issuer.count('/v1/login'), 1)
})

function blindTabs(name: string) {
  return createTabStorage(name, { openChannel: (name) => new BroadcastChannel(name) as never })
}

function mapStorage(): OpenStorage {
  const map = new Map<string, string>()
  return keyValueStorage({
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => map.set(key, value),
    removeItem: (key) => map.delete(key),
  })
}

function sameSuccessor(issuer: Awaited<ReturnType<typeof startIssuer>>) {
  const given = new Map<string, Promise<{ status: number; body: unknown }>>()
  const direct = async (body: string) => {
    const answer = await issuer.renew(body)
    return { status: answer.status, body: answer.body }
  }
  return ({ body }: { body: string }) => {
    const answer = given.get(body) ?? direct(body)
    given.set(body, answer)
    return answer
  }
}

function all<Value>(tabs: readonly Client[], act: (tab: Client) => Promise<Value>): Promise<Value[]> {
  return Promise.all(tabs.flatMap((tab) => Array.from({ length: 10 }, () => act(tab))))
}
