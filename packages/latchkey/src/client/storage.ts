import type { StoredSession } from './session.ts'

/** Where a session is kept between requests. What it gives is checked, so it need not check anything itself. */
export interface SessionStorage {
  /**
   * The newest session; undefined if there is none. The client asks before each refresh, so this must give what
   * another tab or process has written by then.
   */
  read(): Promise<unknown>
  /** Keep the session in place of what was kept before. */
  write(session: StoredSession): Promise<void>
  /** Forget the session; nothing happens if there is none. */
  remove(): Promise<void>
  /** Call `listener` when another tab or process has written or removed. Returns the function that stops it. */
  subscribe?(listener: (session: unknown) => void): () => void
  /** The client is closed. */
  close?(): void
  /** Of `cookieStorage`: there the issuer keeps the refresh token, and `read` and `write` are about all else. */
  readonly cookie?: CookieNote
}

/** What a browser notes of a session whose refresh token is in a cookie, which no script can remove. */
export interface CookieNote {
  /** The id of a session that somebody ended while the issuer could not be told: the cookie must not bring it back. */
  signedOut(): string | undefined
  noteSignedOut(sessionId: string | undefined): void
}

/** Opens the storage of one client. `name` is made of its issuer and client id, and differs where they do. */
export type OpenStorage = (name: string) => SessionStorage

/** Keeps the session in the memory of this client: reloading the page signs out. */
export const memoryStorage: OpenStorage = () => {
  let kept: StoredSession | undefined
  return {
    read: async () => kept,
    async write(session) {
      kept = session
    },
    async remove() {
      kept = undefined
    },
  }
}

/** A store of texts by key: `localStorage`, or a wrapper around the keystore of a phone. */
export interface KeyValueStore {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/**
 * Keeps the session as text in a store of your own, for example the Keychain or Keystore of a phone. It takes
 * `localStorage` too, but every script of the origin can read the refresh token there; see `cookieStorage`.
 *
 * @throws {TypeError} if the store lacks a function.
 * @example
 * ```ts
 * import { createClient, keyValueStorage } from 'latchkey/client'
 *
 * const kept = new Map<string, string>()
 * const storage = keyValueStorage({
 *   getItem: (key) => kept.get(key),
 *   setItem: (key, value) => kept.set(key, value),
 *   removeItem: (key) => kept.delete(key),
 * })
 * const client = createClient({ issuer: 'https://id.example.com', storage })
 * ```
 */
export function keyValueStorage(store: KeyValueStore): OpenStorage {
  for (const name of ['getItem', 'setItem', 'removeItem'] as const) {
    if (typeof store?.[name] !== 'function') throw new TypeError(`a store has ${name}`)
  }
  return (name) => ({
    async read() {
      const text = await store.getItem(name)
      return typeof text === 'string' ? parsed(text) : undefined
    },
    async write(session) {
      await store.setItem(name, JSON.stringify(session))
    },
    async remove() {
      await store.removeItem(name)
    },
    subscribe(listener) {
      const { addEventListener, removeEventListener } = globalThis as Partial<StorageEvents>
      // Only windows tell of what other windows have stored, and only of localStorage.
      if (addEventListener === undefined || removeEventListener === undefined) return () => {}
      const heard = ({ key, newValue, storageArea }: StorageEventLike) => {
        if (storageArea !== store || (key !== name && key !== null)) return
        listener(typeof newValue === 'string' ? parsed(newValue) : undefined)
      }
      addEventListener('storage', heard)
      return () => removeEventListener('storage', heard)
    },
  })
}

/** The part of the `storage` event (HTML Standard, section 12.2.4) that is read. */
interface StorageEventLike {
  readonly key: string | null
  readonly newValue: string | null
  readonly storageArea: unknown
}

interface StorageEvents {
  addEventListener(type: 'storage', listener: (event: StorageEventLike) => void): void
  removeEventListener(type: 'storage', listener: (event: StorageEventLike) => void): void
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
