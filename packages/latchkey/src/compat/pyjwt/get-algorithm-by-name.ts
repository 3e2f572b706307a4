import type { SigningAlgorithm as Name } from '../../token/algorithms.ts'
import { toJwk } from '../../token/export-key.ts'
import type { Jwk } from '../../token/jwk.ts'
import type { Key } from '../../token/keys.ts'
import { PyJWK } from './jwk.ts'
import { algorithmNamed, type KeyInput, prepareSigningKey, prepareVerificationKey } from './keys.ts'

/** What of PyJWT's Algorithm objects makes sense where keys are typed: reading and writing keys. */
export interface Algorithm {
  readonly name: Name
  /** The key as `latchkey/token` takes it: to sign if it can, else to verify. */
  prepare_key(key: KeyInput): Key
  to_jwk(key: Key): Jwk
  from_jwk(jwk: Jwk | string): Key
}

/** The algorithm of that name; a NotImplementedError where there is none. */
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
