import type { Jwk } from '../keys/jwk.ts'
import { jwkOfKey, thumbprintText } from '../keys/jwk-of-key.ts'
import type { Key, PrivateKey, PublicKey } from '../keys/keys.ts'
import { keyOfJwk } from './keys.ts'
import { importJwk, materialOf } from './material.ts'
import { encode } from './platform.ts'

/**
 * The key as a JWK with `alg` and, where it has one, `kid`. All of the key: for a private or secret key what comes out
 * is secret. Rejects with a TypeError for a CryptoKey that is not extractable.
 */
export async function toJwk(key: Key): Promise<Jwk> {
  return jwkOfKey(key, await materialOf(key).jwk())
}

/** The key as PEM: SPKI for a public key, PKCS#8, not encrypted, for a private one. Rejects as `toJwk` does. */
export async function toPem(key: PublicKey | PrivateKey): Promise<string> {
  const jwk = await materialOf(key).jwk()
  if ((key.kind as string) === 'secret') throw new TypeError('a secret key has no PEM: see toJwk')
  const [format, label] = key.kind === 'public' ? ['spki', 'PUBLIC KEY'] : ['pkcs8', 'PRIVATE KEY']
  const extractable = await importJwk(jwk, key.algorithm, true)
  const der = await crypto.subtle.exportKey(format as 'spki', extractable)
  const base64 = btoa(Array.from(new Uint8Array(der), (byte) => String.fromCharCode(byte)).join(''))
  return `-----BEGIN ${label}-----\n${base64.replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`
}

/** The SHA-256 thumbprint of a key (RFC 7638), in base64url. A private key and its public key have the same one. */
export async function thumbprint(key: Key): Promise<string> {
  const text = thumbprintText(key, await materialOf(key).jwk())
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

/** The key that verifies what `key` signs, with the same key id. Rejects as `toJwk` does. */
export async function publicKeyOf(key: PrivateKey): Promise<PublicKey> {
  const { d: _, priv: __, ...members } = await materialOf(key).jwk()
  if (key.kind !== 'private') throw new TypeError('publicKeyOf takes a private key')
  return keyOfJwk<PublicKey>('public', members as Jwk, key.algorithm, key.keyId)
}
