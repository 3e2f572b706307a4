import { publicKey, secretKey } from '#keys'
import { decode } from '#platform'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { type Algorithm, algorithms, algorithmsOf, isAlgorithm, schemes } from '../algorithms.ts'
import { TokenError } from '../errors.ts'
import type { TokenHeader } from '../header.ts'
import { checkPurpose, type Jwk } from '../keys/jwk.ts'
import { isKey, type VerificationKey } from '../keys/keys.ts'

/**
 * Where a verifier finds the key of a token. An implementer owes: `find` answers at once and only with a key
 * whose `algorithm` is the `alg` of the header; it gives undefined where it has no key of that id, and throws a
 * TokenError to be more exact. `generation` changes whenever a header might be answered differently than
 * before: verifiers remember answers, and forget them all when it does.
 */
export interface KeySet {
  readonly generation: number
  find(header: TokenHeader): VerificationKey | undefined
}

/** A JWK Set (RFC 7517 section 5). */
export interface Jwks {
  readonly keys: readonly Jwk[]
}

/** How the keys of a JWK Set may be used. */
export interface KeySetOptions {
  /**
   * What RSA and OKP keys without `alg` may be used for: `RS256`, and the names of their curve, if not given. The
   * header of a token never decides that alone (RFC 8725 section 3.1).
   */
  readonly algorithms?: readonly Algorithm[]
}

export const keySetOptions: OptionNames<KeySetOptions> = { algorithms: 1 }

/**
 * A key set from a JWK Set document (RFC 7517 section 5) of at most 100 keys. Keys of an unknown type, for another purpose,
 * or too weak are left out, as the RFC asks.
 *
 * @throws {TypeError} if nothing is left of a set, if it holds a private key, or secret and public keys together.
 * @example
 * ```ts
 * const keys = keySet(JSON.parse(readFileSync('jwks.json', 'utf8')))
 * const verify = createVerifier({ keys, audience: 'api' })
 * ```
 */
export function keySet(jwks: Jwks, options: KeySetOptions = {}): KeySet {
  checkOptions('keySet', options, keySetOptions)
  const keys = readJwks(jwks, algorithmsOf(options.algorithms))
  if (keys.length === 0 && jwks.keys.length > 0) throw new TypeError('this key set holds no usable key')
  return keySetOf(keys)
}

/** A key set that does not change, of keys that were made already. */
export function keySetOf(keys: readonly VerificationKey[]): KeySet {
  for (const key of keys) {
    // The type says so; configuration written in JavaScript does not.
    if (!isKey(key) || (key.kind as string) === 'private') {
      throw new TypeError('keys verify: see secretKey and publicKey')
    }
  }
  const held = [...keys]
  return Object.freeze({ generation: 0, find: (header: TokenHeader) => chooseKey(held, header) })
}

/**
 * The one of `keys` that a header asks for. A key that has no id fits every `kid`, if no key has that very id;
 * a token without `kid` fits every key (RFC 7515 section 4.1.4 calls it a hint). More than one fitting key is
 * an error rather than a guess.
 */
export function chooseKey(
  keys: readonly VerificationKey[],
  { alg, kid }: TokenHeader,
): VerificationKey | undefined {
  const named = kid === undefined ? keys : keys.filter((key) => key.keyId === kid)
  const candidates = named.length > 0 ? named : keys.filter((key) => key.keyId === undefined)
  // The key decides the algorithm. A header that disagrees is an attack or a mistake (RFC 8725 section 3.1).
  const fitting = candidates.filter((key) => key.algorithm === alg)
  if (fitting.length > 1) throw new TokenError('key_ambiguous')
  if (fitting.length === 0 && candidates.length > 0) throw new TokenError('algorithm_not_allowed')
  return fitting[0]
}

/** More keys than any issuer publishes, and few enough to make of a document that a stranger wrote. */
const maxKeys = 100

/** The usable keys of a JWK Set; a TypeError for a document that is none, or that nobody should publish. */
export function readJwks(jwks: unknown, configured?: readonly Algorithm[]): VerificationKey[] {
  const entries = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined
  if (!Array.isArray(entries) || entries.length > maxKeys) {
    throw notAKeySet()
  }
  const keys: VerificationKey[] = []
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) throw notAKeySet()
    const jwk: Jwk = entry
    if (jwk.kty !== 'oct' && ('d' in jwk || 'priv' in jwk)) {
      throw wrongKinds()
    }
    for (const algorithm of purposesOf(jwk, configured)) {
      const key = readKey(jwk, algorithm)
      if (key !== undefined) keys.push(key)
    }
  }
  // Where one document holds both, one of the two kinds is at the wrong place (RFC 8725 section 2.1).
  if (new Set(keys.map((key) => key.kind)).size > 1) throw wrongKinds()
  return keys
}

function wrongKinds(): TypeError {
  return new TypeError('a key set holds public keys or secrets, not both, no private keys')
}

function notAKeySet(): TypeError {
  return new TypeError(`a key set is an object with a list of at most ${maxKeys} keys`)
}

function readKey(jwk: Jwk, algorithm: Algorithm): VerificationKey | undefined {
  try {
    const scheme = schemes[algorithm]
    if (scheme.kty !== 'oct')
      return publicKey(jwk, { algorithm: algorithm as Exclude<Algorithm, `HS${string}`> })
    checkPurpose(jwk, algorithm, 'verify')
    const bytes = decode(String(jwk.k))
    if (bytes === undefined) return undefined
    return secretKey(bytes, {
      algorithm: algorithm as 'HS256',
      keyId: jwk.kid as string, // undefined is the same as not given
    })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What a JWK may be used for: its `alg`, else what its type and curve say, else the configuration. */
function purposesOf(jwk: Jwk, configured: readonly Algorithm[] | undefined): readonly Algorithm[] {
  if (jwk.alg !== undefined) return isAlgorithm(jwk.alg) ? [jwk.alg] : []
  const allowed =
    configured ?? algorithms.filter((name) => name === 'RS256' || !['RSA', 'oct'].includes(schemes[name].kty))
  return allowed.filter((name) => {
    const scheme = schemes[name]
    return scheme.kty === jwk.kty && (!('crv' in scheme) || scheme.crv === jwk.crv)
  })
}
