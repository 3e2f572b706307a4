import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startIssuer } from '../../test/client/issuer.ts'
import { cookieStorage } from './cookie-storage.ts'
import { keyValueStorage } from './storage.ts'

/** A window, in which other windows of its origin are heard of. */
function withWindow(t: TestContext) {
  const listeners = new Set<(event: object) => void>()
  Object.assign(globalThis, {
    addEventListener: (type: string, listener: (event: object) => void) => {
      if (type === 'storage') listeners.add(listener)
    },
    removeEventListener: (_type: string, listener: (event: object) => void) => listeners.delete(listener),
  })
  t.after(() => {
    for (const name of ['addEventListener', 'removeEventListener']) Reflect.deleteProperty(globalThis, name)
  })
  return {
    listeners,
    hear: (event: object) => {
      for (const listener of listeners) listener(event)
    },
  }
}

function memoryStore() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key),
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

test('what another window stores for this client is told, and nothing else is', (t) => {
  const { listeners, hear } = withWindow(t)
  const store = memoryStore()
  const told: unknown[] = []
  const stop = keyValueStorage(store)('mine').subscribe?.((found) => told.push(found))
  for (const event of [
    { key: 'mine', newValue: '{"a":1}', storageArea: store },
    { key: 'other', newValue: '{"a":2}', storageArea: store },
    { key: 'mine', newValue: '{"a":3}', storageArea: memoryStore() },
    { key: 'mine', newValue: 'no JSON', storageArea: store },
    { key: 'mine', newValue: null, storageArea: store },
    // All of it was removed.
    { key: null, newValue: null, storageArea: store },
  ]) {
    hear(event)
  }
  assert.deepEqual(told, [{ a: 1 }, undefined, undefined, undefined])
  stop?.()
  assert.equal(listeners.size, 0)
})

test('a client is signed out by another window, and hears of none after it was closed', async (t) => {
  const { listeners, hear } = withWindow(t)
  const issuer = await startIssuer(t)
  const store = memoryStore()
  const client = await issuer.signedIn({ storage: keyValueStorage(store) })
  const [name] = store.kept.keys()
  assert.equal(client.session?.username, 'ada')
  store.kept.clear()
  hear({ key: name, newValue: null, storageArea: store })
  assert.equal(client.session, undefined)
  assert.ok(listeners.size > 0)
  client.close()
  assert.equal(listeners.size, 0)
})

/** A page whose localStorage is this. */
function withLocalStorage(t: TestContext, get: () => unknown): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get })
  t.after(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before)
    else Reflect.deleteProperty(globalThis, 'localStorage')
  })
}

test('the session that must not be used is noted for each client, and forgotten again', (t) => {
  const store = memoryStore()
  withLocalStorage(t, () => ({ ...store, getItem: (key: string) => store.getItem(key) ?? null }))
  const [one, other] = ['a', 'b'].map((name) => cookieStorage(name).cookie)
  assert.equal(one?.signedOut(), undefined)
  one?.noteSignedOut('ses_1')
  assert.deepEqual([one?.signedOut(), other?.signedOut()], ['ses_1', undefined])
  one?.noteSignedOut(undefined)
  assert.equal(one?.signedOut(), undefined)
  assert.equal(store.kept.size, 0)
})

for (const [name, get] of [
  ['there is no localStorage', () => undefined],
  [
    'the browser refuses it',
    () => {
      throw new Error('denied')
    },
  ],
] as const) {
  test(`a page where ${name} notes nothing, and nothing fails`, (t) => {
    withLocalStorage(t, get)
    const note = cookieStorage('a').cookie
    note?.noteSignedOut('ses_1')
    assert.equal(note?.signedOut(), undefined)
  })
}
