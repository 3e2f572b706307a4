import type { OptionNames } from '../options/check-options.ts'
import type { Algorithm } from './algorithms.ts'
import type { ClaimsPolicy } from './claims.ts'
import { type KeySet, keySetOf } from './jwks/key-set.ts'
import { isKey, type VerificationKey } from './keys/keys.ts'
import type { CachePolicy } from './verified-cache.ts'

/** What a verifier asks of a token, besides its signature. */
export interface VerifierPolicy extends ClaimsPolicy, CachePolicy {
  /** Narrows what the keys allow; it never allows more. */
  readonly algorithms?: readonly Algorithm[]
  /**
   * The `typ` that the header must have, for example `at+jwt`; of several, any, and null stands for a header without
   * one. If not given, `typ` is absent, `JWT` or `at+jwt`: a token that was made for something else says so (RFC 8725
   * section 3.11).
   */
  readonly type?: string | readonly (string | null)[]
  /** The longest token that is read, in characters; 16,384 if not given. */
  readonly maxLength?: number
}

/** The keys and the policy of a verifier whose keys are here. */
export interface VerifierOptions extends VerifierPolicy {
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet
}

/** Of both verifiers, here and over WebCrypto. */
export const verifierOptions: OptionNames<VerifierOptions & { readonly complete?: boolean }> = {
  keys: 1,
  complete: 1,
  algorithms: 1,
  type: 1,
  maxLength: 1,
  issuer: 1,
  audience: 1,
  clockTolerance: 1,
  maxAge: 1,
  requiredClaims: 1,
  now: 1,
  cache: 1,
  isRevoked: 1,
}

export function keySetFrom(keys: unknown): KeySet {
  const list: unknown = isKey(keys) ? [keys] : keys
  if (Array.isArray(list) && list.length > 0) return keySetOf(list)
  if (typeof (keys as KeySet | null | undefined)?.generation !== 'number') {
    throw new TypeError('keys is a key, a list of keys, or a key set')
  }
  return keys as KeySet // just checked
}
