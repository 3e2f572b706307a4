import { readJwks, type VerificationKey } from 'latchkey/token/explain/web'

export interface ServerKeys {
  readonly isLoaded: boolean
  readonly keys: readonly VerificationKey[]
}

/** The one request of this page that nobody asked for: it brings keys, and takes nothing along. */
export async function loadServerKeys(): Promise<ServerKeys> {
  try {
    const response = await fetch('/.well-known/jwks.json', { credentials: 'omit' })
    return { isLoaded: true, keys: readJwks(await response.text()) }
  } catch {
    return { isLoaded: false, keys: [] }
  }
}
