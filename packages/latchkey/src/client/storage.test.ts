import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ada, startIssuer } from '../../test/client/issuer.ts'
import { openFilesIn } from '../../test/open-files.ts'
import { fileStorage } from './file-storage.ts'
import type { Locks } from './locks.ts'
import type { StoredSession } from './session.ts'
import { keyValueStorage, type OpenStorage } from './storage.ts'

test('a program that starts again is signed in from its file, which is for its owner alone', async (t) => {
  const issuer = await startIssuer(t)
  const { folder, path } = await makeFolder(t)
  await issuer.signedIn({ storage: fileStorage(path) })
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const again = issuer.open({ storage: fileStorage(path) })
  assert.ok(await issuer.tokenOf(again))
  assert.equal(again.session?.username, 'ada')
  issuer.expire()
  await issuer.tokenOf(again)
  assert.deepEqual(await readdir(folder), ['session.json'])
  await again.signOut()
  assert.deepEqual(await readdir(folder), [])
  assert.equal(await issuer.open({ storage: fileStorage(path) }).restore(), undefined)
})

test('processes that share a file take over what another has renewed', async (t) => {
  const issuer = await startIssuer(t)
  const { path } = await makeFolder(t)
  const first = await issuer.signedIn({ storage: fileStorage(path) })
  const second = issuer.open({ storage: fileStorage(path) })
  await second.restore()
  issuer.expire()
  await issuer.tokenOf(first)
  assert.equal(await issuer.tokenOf(second), await issuer.tokenOf(first))
  assert.deepEqual([issuer.refreshes, issuer.reused], [1, 0])
  await first.signOut()
  issuer.expire()
  await assert.rejects(second.fetch(`${issuer.url}/me`), { code: 'signed_out' })
})

test('what a refresh gave after its client was closed is kept for the next one', async (t) => {
  const issuer = await startIssuer(t)
  const { path } = await makeFolder(t)
  const first = await issuer.signedIn({ storage: fileStorage(path) })
  issuer.expire()
  issuer.instead.set('/v1/refresh', ({ body }) => {
    issuer.instead.delete('/v1/refresh')
    first.close()
    return issuer.renew(body)
  })
  await assert.rejects(first.fetch(`${issuer.url}/me`), { code: 'closed' })
  await issuer.tokenOf(issuer.open({ storage: fileStorage(path) }))
  assert.deepEqual([issuer.refreshes, issuer.reused], [1, 0])
})

// Locks that are given to everybody, as where somebody waited for too long.
const noLocks: Locks = { request: (_name, _options, run) => run(), query: async () => ({ held: [] }) }
for (const locks of [false, noLocks] as const) {
  test(`a process whose renewal came too late for the file is not signed out, ${locks ? 'whoever has the lock' : 'without locks'}`, async (t) => {
    const issuer = await startIssuer(t)
    const { path } = await makeFolder(t)
    const first = await issuer.signedIn({ storage: fileStorage(path), locks })
    const second = issuer.open({ storage: fileStorage(path), locks })
    await second.restore()
    issuer.expire()
    // While the second is on its way, the first is faster.
    issuer.instead.set('/v1/refresh', async () => {
      issuer.instead.delete('/v1/refresh')
      await issuer.tokenOf(first)
      return { status: 401, body: { code: 'refresh_reused' } }
    })
    assert.equal(await issuer.tokenOf(second), await issuer.tokenOf(first))
    assert.equal(second.session?.username, 'ada')
  })
}

const badFiles: readonly { name: string; text: string; mode: number; error: RegExp }[] = [
  { name: 'one that others may read', text: '{}', mode: 0o644, error: /0600/ },
  { name: 'one that the group may write', text: '{}', mode: 0o620, error: /0600/ },
  { name: 'one that others may only run', text: '{}', mode: 0o601, error: /0600/ },
  { name: 'one that is longer than it may be', text: 'x'.repeat(65_537), mode: 0o600, error: /too long/ },
]

test('a session file as long as it may be is read, and one that cannot be reached is an error', async (t) => {
  const issuer = await startIssuer(t)
  const { path } = await makeFolder(t)
  await writeFile(path, 'x'.repeat(65_536), { mode: 0o700 })
  assert.equal(await issuer.open({ storage: fileStorage(path) }).restore(), undefined)
  // A file where the path needs a folder.
  const client = issuer.open({ storage: fileStorage(join(path, 'session.json')) })
  await assert.rejects(client.restore(), { code: 'ENOTDIR' })
  assert.deepEqual(await openFilesIn(path), [])
})

for (const { name, text, mode, error } of badFiles) {
  test(`a session file is refused, and left alone: ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const { path } = await makeFolder(t)
    await writeFile(path, text)
    await chmod(path, mode)
    const client = issuer.open({ storage: fileStorage(path) })
    await assert.rejects(client.restore(), error)
    await assert.rejects(client.fetch(`${issuer.url}/me`), error)
    assert.equal(await readFile(path, 'utf8'), text)
    await chmod(path, 0o600)
    await writeFile(path, '')
    assert.equal(await client.restore(), undefined)
  })
}

const session = {
  issuer: 'https://id.example.com',
  accessToken: `e30.${Buffer.from('{"sub":"usr_1"}').toString('base64url')}.AA`,
  refreshToken: 'r',
  sessionId: 's',
  username: 'ada',
  refreshAtMs: 1,
  expiresAtMs: 2,
  correctionMs: 0,
}

const noSessions: readonly { name: string; text: string }[] = [
  { name: 'nothing', text: '' },
  { name: 'no JSON', text: 'secret' },
  { name: 'null', text: 'null' },
  { name: 'a list', text: '[]' },
  {
    name: 'the session of another issuer',
    text: JSON.stringify({ ...session, issuer: 'https://evil.example' }),
  },
  {
    name: 'a session without a refresh token',
    text: JSON.stringify({ ...session, refreshToken: undefined }),
  },
  { name: 'a session with a time as text', text: JSON.stringify({ ...session, expiresAtMs: '2' }) },
  { name: 'a session with an opaque token', text: JSON.stringify({ ...session, accessToken: 'opaque' }) },
  {
    name: 'a session of nobody',
    text: JSON.stringify({ ...session, accessToken: `e30.${btoa('{}')}.AA` }),
  },
]

for (const { name, text } of noSessions) {
  test(`a store that holds ${name} signs nobody in`, async (t) => {
    const issuer = await startIssuer(t)
    const restored = (text: string) =>
      issuer
        .open({
          issuer: session.issuer,
          storage: keyValueStorage({ getItem: async () => text, setItem() {}, removeItem() {} }),
        })
        .restore()
    assert.equal(await restored(text), undefined)
    assert.equal((await restored(JSON.stringify(session)))?.subject, 'usr_1')
  })
}

test('a store that cannot be written to is told of at the sign-in, fails no request later, and brings no old token back', async (t) => {
  const issuer = await startIssuer(t)
  let isFull = false
  const map = new Map<string, string>()
  const client = issuer.open({
    storage: keyValueStorage({
      getItem: (key) => map.get(key),
      setItem(key, value) {
        if (isFull) throw new Error('the store is full')
        map.set(key, value)
      },
      removeItem: (key) => map.delete(key),
    }),
  })
  isFull = true
  await assert.rejects(client.signIn(ada), /full/)
  isFull = false
  await client.signIn(ada)
  isFull = true
  for (let turn = 0; turn < 2; turn++) {
    issuer.expire()
    assert.ok(await issuer.tokenOf(client))
    assert.ok(await issuer.tokenOf(client))
  }
  assert.deepEqual([issuer.refreshes, issuer.reused], [2, 0])
})

test('a refresh that failed is no matter if another process has a new token meanwhile', async (t) => {
  const issuer = await startIssuer(t)
  const { path } = await makeFolder(t)
  const first = await issuer.signedIn({ storage: fileStorage(path) })
  const second = issuer.open({ storage: fileStorage(path) })
  await second.restore()
  issuer.expire()
  issuer.instead.set('/v1/refresh', async () => {
    issuer.instead.delete('/v1/refresh')
    await issuer.tokenOf(first)
    return { status: 403 }
  })
  assert.equal(await issuer.tokenOf(second), await issuer.tokenOf(first))
  assert.equal(issuer.refreshes, 1)
})

/** A storage that calls `onRead` before each reading, and lists what was written. */
function watched(onRead: (count: number) => void) {
  const state = { kept: undefined as StoredSession | undefined, reads: 0, writes: 0 }
  const storage: OpenStorage = () => ({
    async read() {
      state.reads += 1
      onRead(state.reads)
      return state.kept
    },
    async write(session) {
      state.writes += 1
      state.kept = session
    },
    async remove() {
      state.kept = undefined
    },
  })
  return { state, storage }
}

// What was read is sent without a second look for two seconds; the answer is looked at in any case.
for (const { tookMs, reads } of [
  { tookMs: 0, reads: 2 },
  { tookMs: 1_999, reads: 2 },
  { tookMs: 2_000, reads: 3 },
  { tookMs: -1, reads: 3 },
]) {
  test(`a storage whose reading takes ${tookMs} ms is read ${reads} times for one refresh`, async (t) => {
    const issuer = await startIssuer(t)
    let isSlow = false
    const { state, storage } = watched(() => {
      if (isSlow) issuer.nowMs += tookMs
    })
    const client = await issuer.signedIn({ storage })
    issuer.expire()
    isSlow = true
    state.reads = 0
    await issuer.tokenOf(client)
    assert.deepEqual([issuer.refreshes, state.reads], [1, reads])
  })
}

test('a storage that holds another session at each reading is followed three times, and no further', async (t) => {
  const issuer = await startIssuer(t)
  let isChanging = false
  const { state, storage } = watched((count) => {
    if (!isChanging || state.kept === undefined) return
    const payload = Buffer.from(JSON.stringify({ sub: 'usr_ada', n: count })).toString('base64url')
    state.kept = { ...state.kept, accessToken: `e30.${payload}.AA` }
  })
  const client = await issuer.signedIn({ storage })
  issuer.instead.set('/v1/refresh', () => ({ status: 403 }))
  issuer.expire()
  isChanging = true
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
  assert.equal(issuer.count('/v1/refresh'), 3)
})

test('what was written is not written again with each request', async (t) => {
  const issuer = await startIssuer(t)
  const { state, storage } = watched(() => {})
  const client = await issuer.signedIn({ storage })
  for (let turn = 0; turn < 4; turn++) await issuer.tokenOf(client)
  assert.deepEqual([state.writes, state.reads], [1, 0])
})

test('what could not be written is written once, however many requests come meanwhile', async (t) => {
  const issuer = await startIssuer(t)
  const { state, storage } = watched(() => {})
  const writing = Promise.withResolvers<void>()
  let writes = 0
  const failing: OpenStorage = (name) => {
    const good = storage(name)
    return {
      ...good,
      async write(session) {
        writes += 1
        if (writes === 2) throw new Error('the store is full')
        if (writes > 2) await writing.promise
        await good.write(session)
      },
    }
  }
  const client = await issuer.signedIn({ storage: failing })
  issuer.expire()
  const token = await issuer.tokenOf(client)
  assert.notEqual(state.kept?.accessToken, token)
  state.reads = 0
  await Promise.all(Array.from({ length: 5 }, () => issuer.tokenOf(client)))
  writing.resolve()
  await issuer.tokenOf(client)
  assert.deepEqual([state.kept?.accessToken, writes, state.reads], [token, 3, 1])
})

test('who signs out is in no store any more', async (t) => {
  const issuer = await startIssuer(t)
  const map = new Map<string, string>()
  const client = await issuer.signedIn({
    storage: keyValueStorage({
      getItem: async (key) => map.get(key),
      setItem: async (key, value) => void map.set(key, value),
      removeItem: async (key) => void map.delete(key),
    }),
  })
  assert.deepEqual([...map.keys()], [`latchkey ${issuer.url}`])
  await client.signOut()
  assert.deepEqual([...map], [])
})

test('a client without a storage of its own forgets', async (t) => {
  const issuer = await startIssuer(t)
  await issuer.signedIn()
  assert.equal(await issuer.open().restore(), undefined)
})

async function makeFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-client-'))
  t.after(() => rm(folder, { recursive: true }))
  return { folder, path: join(folder, 'session.json') }
}
