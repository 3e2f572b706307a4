import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { browserKey } from './browser-key.ts'
import type { KeyPair } from './proof-key.ts'

/** The part of the Indexed Database API that keys need, of one origin. Transactions come one behind the other, as there. */
function withIndexedDb(
  t: TestContext,
  { fault, abort }: { readonly fault?: Error; readonly abort?: Error } = {},
) {
  const stores = new Map<string, Map<string, unknown>>()
  let isOpen = 0
  let last: Promise<unknown> = Promise.resolve()
  const database = {
    createObjectStore: (name: string) => stores.set(name, new Map()),
    close: () => {
      isOpen -= 1
    },
    transaction(name: string) {
      const kept = stores.get(name)
      if (kept === undefined) throw new Error('there is no such store')
      const asked: (() => void)[] = []
      const transaction = {
        error: abort ?? null,
        oncomplete: null as (() => void) | null,
        onabort: null as (() => void) | null,
        objectStore: () => ({
          get(key: string) {
            const asking = { result: undefined as unknown, onsuccess: null as (() => void) | null }
            asked.push(() => {
              asking.result = kept.get(key)
              asking.onsuccess?.()
            })
            return asking
          },
          put: (value: unknown, key: string) => void kept.set(key, value),
        }),
      }
      last = last.then(() => {
        if (abort !== undefined) return transaction.onabort?.()
        for (const ask of asked) ask()
        return transaction.oncomplete?.()
      })
      return transaction
    },
  }
  const indexedDB = {
    open(name: string, version: number) {
      assert.deepEqual([name, version], ['latchkey', 1])
      const request = {
        result: database,
        error: fault ?? null,
        onupgradeneeded: null as (() => void) | null,
        onsuccess: null as (() => void) | null,
        onerror: null as (() => void) | null,
      }
      queueMicrotask(() => {
        if (fault !== undefined) return request.onerror?.()
        isOpen += 1
        if (stores.size === 0) request.onupgradeneeded?.()
        return request.onsuccess?.()
      })
      return request
    },
  }
  Object.assign(globalThis, { indexedDB })
  t.after(() => Reflect.deleteProperty(globalThis, 'indexedDB'))
  return { stores, openConnections: () => isOpen }
}

test('a browser keeps a key for each client, which signs and cannot be taken out', async (t) => {
  const { stores, openConnections } = withIndexedDb(t)
  const first = await browserKey('a')
  assert.deepEqual((await browserKey('a')).publicJwk, first.publicJwk)
  assert.notDeepEqual((await browserKey('b')).publicJwk, first.publicJwk)
  const bytes = new TextEncoder().encode('what is signed')
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const verifying = await crypto.subtle.importKey('jwk', first.publicJwk, curve, false, ['verify'])
  const by = { name: 'ECDSA', hash: 'SHA-256' }
  assert.ok(await crypto.subtle.verify(by, verifying, Buffer.from(await first.sign(bytes)), bytes))
  const kept = stores.get('proof-keys')?.get('a') as KeyPair | undefined // as it was put there
  assert.equal(kept?.privateKey.extractable, false)
  assert.equal(openConnections(), 0, 'a connection that stays open would hold up a newer version')
})

test('of two tabs that come at once, both get the key of the first', async (t) => {
  withIndexedDb(t)
  const [one, other] = await Promise.all([browserKey('a'), browserKey('a')])
  assert.deepEqual(one.publicJwk, other.publicJwk)
})

for (const [name, written] of [
  ['a text', 'key'],
  ['null', null],
  ['half a pair', { privateKey: 'x', publicKey: 'y' }],
] as const) {
  test(`what a script of the page wrote in the place of a key is replaced: ${name}`, async (t) => {
    const { stores } = withIndexedDb(t)
    await browserKey('b')
    stores.get('proof-keys')?.set('a', written)
    const key = await browserKey('a')
    assert.deepEqual((await browserKey('a')).publicJwk, key.publicJwk)
  })
}

test('without IndexedDB there is no key, and it is said what there is instead', async () => {
  await assert.rejects(browserKey('a'), { name: 'TypeError', message: /no IndexedDB here: see memoryKey/ })
})

test('a database that cannot be opened or written to is an error, and not a key that nobody keeps', async (t) => {
  const closed = new Error('the user keeps no data')
  withIndexedDb(t, { fault: closed })
  await assert.rejects(browserKey('a'), closed)
  const full = new Error('the disk is full')
  const { openConnections } = withIndexedDb(t, { abort: full })
  await assert.rejects(browserKey('a'), full)
  assert.equal(openConnections(), 0)
})
