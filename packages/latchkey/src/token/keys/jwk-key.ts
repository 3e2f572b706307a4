import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto'
import type { VerificationAlgorithm } from '../algorithms.ts'
import { bareJwk, type Jwk } from './jwk.ts'
import { checkStrength } from './key-strength.ts'
import { checkKeyId, type PublicKey, schemeOf, wrap } from './keys.ts'

/** As `publicKey`, for the JWKs of key sets: whoever has no PEM does not ship what reads it. */
export function publicKeyOfJwk(
  jwk: Jwk,
  { algorithm }: { readonly algorithm: VerificationAlgorithm },
): PublicKey {
  const handle = readJwk(jwk, algorithm, 'verify')
  checkFit(handle, algorithm)
  return wrap<PublicKey>('public', algorithm, checkKeyId(jwk.kid), handle)
}

export function readJwk(jwk: Jwk, algorithm: VerificationAlgorithm, operation: 'verify' | 'sign'): KeyObject {
  const bare = bareJwk(jwk, algorithm, operation)
  const read = operation === 'verify' ? createPublicKey : createPrivateKey
  try {
    // @types/node knows no AKP; the members were checked above.
    return read({ key: bare as webcrypto.JsonWebKey, format: 'jwk' })
  } catch {
    throw new TypeError('the members of this JWK are no key')
  }
}

/** What OpenSSL calls the curves of RFC 7518 section 6.2.1.1. */
const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }

/** A key must be of the type and on the curve of its algorithm (RFC 7518 section 3.4), and strong enough. */
export function checkFit(handle: KeyObject, algorithm: VerificationAlgorithm): void {
  const scheme = schemeOf(algorithm)
  const type = handle.asymmetricKeyType
  const fits =
    (scheme.kty === 'RSA' && type === 'rsa') ||
    (scheme.kty === 'EC' && handle.asymmetricKeyDetails?.namedCurve === curves[scheme.crv]) ||
    (scheme.kty === 'OKP' && type === scheme.crv.toLowerCase()) ||
    (scheme.kty === 'AKP' && type === algorithm.toLowerCase())
  if (!fits) throw new TypeError(`this key is not of the type that ${algorithm} uses`)
  checkStrength(handle.export({ format: 'jwk' }))
}
