import type { StoredSession } from './session.ts'

/** Where a session is kept between one request and the next, and who else may have it. */
export interface SessionStorage {
  /**
   * The newest session that is known, asked again before each renewal: what another tab or process has written by then
   * has to be what this gives. `unknown`, for the client checks it.
   */
  read(): Promise<unknown>
  write(session: StoredSession): Promise<void>
  remove(): Promise<void>
  /** Call `listener` when somebody else has written or removed. Gives the way to stop. */
  subscribe?(listener: (session: unknown) => void): () => void
  close?(): void
  /** Of `cookieStorage`: there the issuer keeps the refresh token, and `read` and `write` are about all else. */
  readonly cookie?: CookieNote
}

/** What a browser notes of a session whose refresh token is in a cookie, which no script can remove. */
export interface CookieNote {
  /** Whether somebody signed out while the issuer could not be told, so that the cookie must not sign them in again. */
  isSignedOut(): boolean
  noteSignedOut(isSignedOut: boolean): void
}

/** Opens the storage of one client. `name` is its issuer and client id. */
export type OpenStorage = (name: string) => SessionStorage

/** Keeps the session in this client and nowhere else: reloading a page signs out. */
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

/** What `localStorage` has, and what the keystores of phones are easily given. */
export interface KeyValueStore {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/**
 * Keeps the session as text in a store of your own: the Keychain or Keystore of a phone. It takes `localStorage` too,
 * where every script of the origin can read it.
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
