import type { SigningAlgorithm as Name } from '../../token/algorithms.ts'
import { toJwk } from '../../token/keys/export-key.ts'
import type { Jwk } from '../../token/keys/jwk.ts'
import type { Key } from '../../token/keys/keys.ts'
import { PyJWK } from './jwk.ts'
import { algorithmNamed, type KeyInput, prepareSigningKey, prepareVerificationKey } from './keys.ts'

/** The methods of PyJWT's Algorithm objects that read and write keys. `sign` and `verify` are not there. */
export interface Algorithm {
  readonly name: Name
  /** The key, for signing if it can sign, else for verification. */
  prepare_key(key: KeyInput): Key
  /** The key as a JWK object. */
  to_jwk(key: Key): Jwk
  /** The key of a JWK, given as an object or as JSON text. */
  from_jwk(jwk: Jwk | string): Key
}

/** The algorithm with this name. A NotImplementedError if there is none. */
export function get_algorithm_by_name(alg_name: string): Algorithm {
  const name = algorithmNamed(alg_name)
  return Object.freeze({
    name,
    prepare_key(key: KeyInput) {
      try {
        return prepareSigningKey(key, name)
      } catch {
        return prepareVerificationKey(key, name)
      }
    },
    to_jwk: toJwk,
    from_jwk: (jwk: Jwk | string) =>
      (typeof jwk === 'string' ? PyJWK.from_json(jwk, name) : new PyJWK(jwk, name)).key,
  })
}
