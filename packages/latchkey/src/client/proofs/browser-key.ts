import { generateProofKey, type KeyPair, type OpenProofKey, proofKeyOf } from './proof-key.ts'

/**
 * A key for proofs that the browser keeps for this origin, in IndexedDB. Scripts of the page can sign with it but cannot
 * extract it. All tabs have the same. For `tabStorage`, `cookieStorage` and all that outlives a page. Opening it rejects
 * with a `TypeError` where there is no IndexedDB.
 */
export const browserKey: OpenProofKey = async (name) => {
  // Made before it is known whether it is needed: a transaction ends while one waits for anything but the database.
  const fresh = await generateProofKey(false)
  const database = await opened()
  try {
    return await proofKeyOf(await keptOr(fresh, database, name))
  } finally {
    database.close()
  }
}

const store = 'proof-keys'

function opened(): Promise<KeyDatabase> {
  const { indexedDB } = globalThis as { indexedDB?: { open(name: string, version: number): Opening } } // in browsers
  if (indexedDB === undefined)
    throw new TypeError('there is no IndexedDB here: see memoryKey, and fileKey for programs')
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('latchkey', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(store)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** The key of that name, or `fresh` from now on. Of two tabs that come at once, the second gets the key of the first. */
function keptOr(fresh: KeyPair, database: KeyDatabase, name: string): Promise<KeyPair> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite')
    const keys = transaction.objectStore(store)
    let key = fresh
    const asking = keys.get(name)
    asking.onsuccess = () => {
      const kept: unknown = asking.result
      if (isPair(kept)) key = kept
      else keys.put(fresh, name)
    }
    transaction.oncomplete = () => resolve(key)
    transaction.onabort = () => reject(transaction.error)
  })
}

/** Any script of this origin could have written there. */
function isPair(value: unknown): value is KeyPair {
  const { privateKey, publicKey } = (value ?? {}) as Partial<Record<'privateKey' | 'publicKey', unknown>>
  return privateKey instanceof CryptoKey && publicKey instanceof CryptoKey
}

// The part of the Indexed Database API that is used.
interface Asking {
  readonly result: unknown
  onsuccess: (() => void) | null
}
interface Opening {
  readonly result: KeyDatabase
  readonly error: unknown
  onupgradeneeded: (() => void) | null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface KeyDatabase {
  createObjectStore(name: string): unknown
  transaction(name: string, mode: 'readwrite'): KeyTransaction
  close(): void
}
interface KeyTransaction {
  objectStore(name: string): { get(key: string): Asking; put(value: unknown, key: string): unknown }
  readonly error: unknown
  oncomplete: (() => void) | null
  onabort: (() => void) | null
}
