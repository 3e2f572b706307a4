import { type HmacAlgorithm, isAlgorithm, schemes, type VerificationAlgorithm } from '../../algorithms.ts'
import type { Jwk } from '../../keys/jwk.ts'
import type { SecretKey, VerificationKey } from '../../keys/keys.ts'
import { publicKey, secretKey } from '../../web/keys.ts'

/**
 * The public keys of a JWK Set, one for each algorithm that a key may be used with; what cannot be used here is left out
 * (RFC 7517 section 5).
 *
 * @throws {SyntaxError | TypeError} for what is no JWK Set.
 */
export function readJwks(text: string): readonly VerificationKey[] {
  const { keys } = JSON.parse(text) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) throw new TypeError('this JSON is no JWK Set')
  return keys.flatMap((jwk: unknown) => {
    try {
      return publicKeysOf(Object(jwk) as Jwk) // each member is looked at
    } catch {
      return []
    }
  })
}

/** A public JWK for each algorithm that it may be used with. */
export function publicKeysOf(jwk: Jwk): readonly VerificationKey[] {
  return algorithmsOf(jwk).map((algorithm) => publicKey(jwk, { algorithm }))
}

/** What a JWK may be used with, the usual first: what it says, else what its type is for. */
export function algorithmsOf({ kty, alg, crv }: Jwk): readonly VerificationAlgorithm[] {
  if (alg !== undefined) return [alg as VerificationAlgorithm] // the import looks
  const algorithms = Object.keys(schemes).filter((name): name is VerificationAlgorithm => {
    if (!isAlgorithm(name) || kty === 'oct') return false
    const scheme = schemes[name]
    return scheme.kty === kty && kty !== 'AKP' && (!('crv' in scheme) || scheme.crv === crv)
  })
  if (algorithms.length === 0) throw new TypeError('tokens are not signed with keys of this type')
  return algorithms
}

const hmacs: readonly HmacAlgorithm[] = ['HS256', 'HS384', 'HS512']

/** A secret for each algorithm of HMAC. A short one is worth a remark, not a refusal to look. */
export function secretKeys(bytes: Uint8Array, keyId?: string, algorithms = hmacs): readonly SecretKey[] {
  const named = keyId === undefined ? {} : { keyId }
  return algorithms.map((algorithm) => secretKey(bytes, { algorithm, insecureShortSecret: true, ...named }))
}
