import type { Jwk } from './jwk.ts'
import { type Key, schemeOf } from './keys.ts'

/** The members of `key` with what the key says of itself: the same on every platform. */
export function jwkOfKey(key: Key, { kty, ...members }: Jwk): Jwk {
  return {
    kty,
    ...(key.keyId === undefined ? {} : { kid: key.keyId }),
    alg: key.algorithm,
    ...(key.kind === 'public' ? { use: 'sig' } : {}),
    ...members,
  }
}

/** The members whose hash names a key, in the order of RFC 7638 section 3.2 (RFC 9964 section 5 for AKP). */
const named = {
  oct: ['k', 'kty'],
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
} as const

/** What is hashed for the thumbprint of a key (RFC 7638 section 3). */
export function thumbprintText(key: Key, jwk: Jwk): string {
  return JSON.stringify(
    Object.fromEntries(named[schemeOf(key.algorithm).kty].map((name) => [name, jwk[name]])),
  )
}
