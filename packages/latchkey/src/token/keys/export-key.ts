import { hash } from 'node:crypto'
import type { Jwk } from './jwk.ts'
import { jwkOfKey, thumbprintText } from './jwk-of-key.ts'
import { handleOf, type Key, type PrivateKey, type PublicKey } from './keys.ts'

/**
 * The key as a JWK with `alg` and, where it has one, `kid`. All of the key: for a private or secret key what
 * comes out is secret. `toJwk(publicKeyOf(key))` is what others may see.
 */
export function toJwk(key: Key): Jwk {
  return jwkOfKey(key, bare(key))
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

/**
 * The SHA-256 thumbprint of a key (RFC 7638), in base64url. A private key and its public key have the same
 * one. That of a secret may be shown only because `secretKey` refuses secrets that can be guessed.
 */
export function thumbprint(key: Key): string {
  return hash('sha256', thumbprintText(key, bare(key)), 'base64url')
}

function bare(key: Key): Jwk {
  const jwk = handleOf(key).export({ format: 'jwk' })
  return { ...jwk, kty: String(jwk.kty) }
}
