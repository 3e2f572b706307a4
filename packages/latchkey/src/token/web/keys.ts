import type { HmacAlgorithm, VerificationAlgorithm } from '../algorithms.ts'
import { bareJwk, type Jwk } from '../keys/jwk.ts'
import { spellingOf } from '../keys/key-spelling.ts'
import { checkStrength } from '../keys/key-strength.ts'
import { checkKeyId, type PrivateKey, type PublicKey, type SecretKey, schemeOf } from '../keys/keys.ts'
import { hold, materialOfJwk } from './material.ts'
import { encode } from './platform.ts'

/** How a key set makes keys of its JWKs on this platform, as `#keys`. What callers get reads other forms too. */
export function publicKey(jwk: Jwk, { algorithm }: { readonly algorithm: VerificationAlgorithm }): PublicKey {
  return keyOfJwk<PublicKey>('public', jwk, algorithm)
}

/** The same for the bytes of a secret. */
export function secretKey(
  bytes: Uint8Array,
  { algorithm, keyId, insecureShortSecret }: WebSecretKeyOptions,
): SecretKey {
  const scheme = schemeOf(algorithm)
  if (scheme.kty !== 'oct' || !(bytes instanceof Uint8Array)) {
    throw new TypeError('a secret is bytes (Uint8Array), for HMAC')
  }
  if (bytes.length < (insecureShortSecret === true ? 1 : scheme.hashBytes)) {
    throw new TypeError(`a secret for ${algorithm} has at least ${scheme.hashBytes} bytes`)
  }
  if (spellingOf(bytes)) throw new TypeError('these bytes spell a public or private key')
  const material = materialOfJwk({ kty: 'oct', k: encode(bytes) }, algorithm)
  return hold<SecretKey>('secret', algorithm, checkKeyId(keyId), material)
}

/** What a secret is for, and its name. */
export interface WebSecretKeyOptions {
  readonly algorithm: HmacAlgorithm
  readonly keyId?: string
  /** Accept fewer bits than the hash has, against RFC 7518 section 3.2: for old tokens that cannot change. */
  readonly insecureShortSecret?: boolean
}

export function keyOfJwk<K extends PublicKey | PrivateKey>(
  kind: K['kind'],
  jwk: Jwk,
  algorithm: K['algorithm'],
  keyId?: string,
): K {
  const bare = bareJwk(jwk, algorithm, kind === 'public' ? 'verify' : 'sign')
  checkStrength(bare)
  return hold<K>(kind, algorithm, checkKeyId(keyId) ?? checkKeyId(jwk.kid), materialOfJwk(bare, algorithm))
}
