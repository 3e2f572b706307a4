import { hash, type webcrypto } from 'node:crypto'
import type { Jwk } from './jwk.ts'
import { handleOf, type Key, type PrivateKey, type PublicKey, schemeOf } from './keys.ts'

/**
 * The key as a JWK with `alg` and, where it has one, `kid`. All of the key: for a private or secret key what
 * comes out is secret. `toJwk(publicKeyOf(key))` is what others may see.
 */
export function toJwk(key: Key): Jwk {
  const { kty, ...members } = bare(key)
  return {
    kty: String(kty),
    ...(key.keyId === undefined ? {} : { kid: key.keyId }),
    alg: key.algorithm,
    ...(key.kind === 'public' ? { use: 'sig' } : {}),
    ...members,
  }
}

/**
 * The key as PEM: SPKI for a public key, PKCS#8, not encrypted, for a private one. A TypeError for a secret, which
 * has no such form. The algorithm and the key id are not in it.
 */
export function toPem(key: PublicKey | PrivateKey): string {
  const handle = handleOf(key)
  if (handle.type === 'secret') throw new TypeError('a secret key has no PEM: see toJwk')
  const pem = handle.export({ type: handle.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' })
  return pem.toString()
}

/** The members whose hash names a key, in the order of RFC 7638 section 3.2 (RFC 9964 section 5 for AKP). */
const named: Readonly<Record<string, readonly string[]>> = {
  oct: ['k', 'kty'],
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
}

/**
 * The SHA-256 thumbprint of a key (RFC 7638), in base64url. A private key and its public key have the same
 * one. That of a secret may be shown only because `secretKey` refuses secrets that can be guessed.
 */
export function thumbprint(key: Key): string {
  const jwk: Readonly<Record<string, unknown>> = { ...bare(key) }
  const names = named[schemeOf(key.algorithm).kty]!
  return hash(
    'sha256',
    JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))),
    'base64url',
  )
}

function bare(key: Key): webcrypto.JsonWebKey {
  return handleOf(key).export({ format: 'jwk' })
}
