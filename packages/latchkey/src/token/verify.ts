import { type CheckClaims, prepareClaimsCheck, type VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'
import { checkHeader, mediaType, parseHeader, type TokenHeader } from './header.ts'
import { HeaderMemo, type ResolvedHeader } from './header-memo.ts'
import type { VerificationKey } from './keys.ts'
import { headerEnd, parsePayload, payloadEnd } from './parse.ts'
import { PayloadShape } from './payload-shape.ts'
import { checkerOf } from './signature.ts'
import { withCache } from './verified-cache.ts'
import { algorithmsOf, keySetFrom, maxLengthOf, typeOf, type VerifierOptions } from './verifier-policy.ts'

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
