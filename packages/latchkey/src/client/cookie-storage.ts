import type { CookieNote, OpenStorage } from './storage.ts'
import { tabStorage } from './tab-storage.ts'

/**
 * Keeps the refresh token where no script can read it: in a cookie of the issuer (HttpOnly, SameSite=Strict), which
 * survives a reload and goes when the browser is closed or somebody signs out. The tabs share the access token in their
 * memory, as with `tabStorage`. For pages of the issuer's own origin; others are refused by the issuer.
 *
 * @example
 * ```ts
 * import { cookieStorage, createClient } from 'latchkey/client'
 *
 * const client = createClient({ issuer: 'https://id.example.com', storage: cookieStorage })
 * const session = await client.restore()
 * console.log(session === undefined ? 'nobody is signed in' : `hello ${session.username}`)
 * ```
 */
export const cookieStorage: OpenStorage = (name) => ({ ...tabStorage(name), cookie: noteOf(name) })

/** In localStorage, so that it outlives the page. It holds no secret: only the session that must not be used. */
function noteOf(name: string): CookieNote {
  const key = `${name} signed out`
  return {
    signedOut: () => inStore((store) => store.getItem(key)) ?? undefined,
    noteSignedOut: (sessionId) =>
      void inStore((store) =>
        sessionId === undefined ? store.removeItem(key) : store.setItem(key, sessionId),
      ),
  }
}

/** Undefined where there is no localStorage, or none that may be used: reading the very property can throw. */
function inStore<Value>(use: (store: LocalStore) => Value): Value | undefined {
  try {
    const { localStorage } = globalThis as { localStorage?: LocalStore } // in pages
    return localStorage === undefined ? undefined : use(localStorage)
  } catch {
    return undefined
  }
}

interface LocalStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}
