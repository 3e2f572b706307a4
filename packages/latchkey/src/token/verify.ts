import type { Algorithm } from './algorithms.ts'
import { isAlgorithm } from './algorithms.ts'
import { type CheckClaims, type ClaimsPolicy, prepareClaimsCheck, type VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'
import { checkHeader, mediaType, parseHeader, type TokenHeader } from './header.ts'
import { HeaderMemo, type ResolvedHeader } from './header-memo.ts'
import { type KeySet, keySetOf } from './key-set.ts'
import { isKey, type VerificationKey } from './keys.ts'
import { defaultMaxLength, headerEnd, parsePayload, payloadEnd } from './parse.ts'
import { PayloadShape } from './payload-shape.ts'
import { checkerOf } from './signature.ts'
import { type CachePolicy, withCache } from './verified-cache.ts'

export interface VerifierPolicy extends ClaimsPolicy, CachePolicy {
  /** Narrows what the keys allow; it never allows more. */
  readonly algorithms?: readonly Algorithm[]
  /** The `typ` that must be in the header, for example `at+jwt` (RFC 8725 section 3.11). */
  readonly type?: string
  /** The longest token that is read, in characters; 16,384 if not given. */
  readonly maxLength?: number
}

export interface VerifierOptions extends VerifierPolicy {
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet
}

/** Return the header and the key besides the claims. */
export interface Complete {
  readonly complete: true
}

export interface CompleteToken {
  readonly header: TokenHeader
  readonly claims: VerifiedClaims
  readonly key: VerificationKey
}

/**
 * Build a function that verifies compact JWTs by one policy. It throws a TokenError for every token that it
 * refuses, and looks at a claim only after the signature was found good. A TypeError, here and now, for a
 * policy that cannot be meant.
 */
export function createVerifier(options: VerifierOptions & Complete): (token: string) => CompleteToken
export function createVerifier(
  options: VerifierOptions & { readonly complete?: false },
): (token: string) => VerifiedClaims
export function createVerifier(
  options: VerifierOptions & { readonly complete?: boolean },
): (token: string) => VerifiedClaims | CompleteToken {
  const keys = keySetFrom(options.keys)
  const complete = options.complete === true
  const maxLength = maxLengthOf(options.maxLength)
  const allowed = algorithmsOf(options.algorithms)
  const type = typeOf(options.type)
  const checkClaims: CheckClaims = prepareClaimsCheck(options)
  const memo = new HeaderMemo()
  const shape = new PayloadShape()

  function resolve(encodedHeader: string): ResolvedHeader {
    const header = checkHeader(parseHeader(encodedHeader))
    if (type !== undefined && mediaType(header.typ) !== type) throw new TokenError('type_mismatch')
    if (allowed !== undefined && !allowed.includes(header.alg)) throw new TokenError('algorithm_not_allowed')
    const key = keys.find(header)
    if (key === undefined) throw new TokenError('key_not_found')
    if (key.algorithm !== header.alg) throw new TokenError('algorithm_not_allowed')
    return { encoded: encodedHeader, header, key, check: checkerOf(key) }
  }

  function verify(token: string): VerifiedClaims | CompleteToken {
    const dot = headerEnd(token, maxLength)
    const end = payloadEnd(token, dot)
    const known = memo.find(token, dot, keys.generation)
    const resolved = known ?? resolve(token.slice(0, dot))
    if (!resolved.check(token, end)) throw new TokenError('signature_invalid')
    // Only now, so that nobody but a holder of a key can fill the memo.
    if (known === undefined) memo.remember(resolved)
    const claims = parsePayload(token, dot, end, shape)
    checkClaims(claims)
    return complete ? Object.freeze({ header: resolved.header, claims, key: resolved.key }) : claims
  }

  return withCache(options, {
    keys,
    checkClaims,
    verify,
    claimsOf: (answer) => (complete ? (answer as CompleteToken).claims : (answer as VerifiedClaims)),
  })
}

function keySetFrom(keys: VerifierOptions['keys']): KeySet {
  if (isKey(keys)) return keySetOf([keys])
  if (isList(keys)) {
    if (keys.length === 0) throw new TypeError('keys must not be empty')
    return keySetOf(keys)
  }
  if (typeof keys !== 'object' || keys === null || typeof keys.generation !== 'number') {
    throw new TypeError('keys is a key, a list of keys, or a key set')
  }
  return keys
}

/** Array.isArray does not narrow readonly lists. */
function isList(keys: VerifierOptions['keys']): keys is readonly VerificationKey[] {
  return Array.isArray(keys)
}

function maxLengthOf(value: unknown): number {
  if (value === undefined) return defaultMaxLength
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new TypeError('maxLength is a positive whole number')
  }
  return value
}

function algorithmsOf(value: unknown): readonly Algorithm[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0 || !value.every(isAlgorithm)) {
    throw new TypeError('algorithms is a list of algorithm names that is not empty')
  }
  return [...value]
}

function typeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const type = mediaType(value)
  if (type === undefined || type === '') throw new TypeError('type is a string that is not empty')
  return type
}
