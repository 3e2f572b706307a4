import { checkOptions } from '../options/check-options.ts'
import { wholeNumberOf } from '../options/whole-number.ts'
import { algorithmsOf } from './algorithms.ts'
import { type ClaimsCheck, prepareClaimsCheck, type VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'
import { checkHeader, mediaType, type TokenHeader, typesOf } from './header.ts'
import { HeaderMemo, type ResolvedHeader } from './header-memo.ts'
import type { VerificationKey } from './keys/keys.ts'
import { defaultMaxLength, headerEnd, parseSegment, payloadEnd } from './parse.ts'
import { PayloadShape } from './payload-shape.ts'
import { checkerOf } from './signature.ts'
import { type Cache, prepareCache } from './verified-cache.ts'
import { keySetFrom, type VerifierOptions, type VerifierPolicy, verifierOptions } from './verifier-policy.ts'

/** Return the header and the key besides the claims. */
export interface Complete {
  readonly complete: true
}

/** A verified token with its header and the key that verified it. Frozen. */
export interface CompleteToken {
  readonly header: TokenHeader
  readonly claims: VerifiedClaims
  readonly key: VerificationKey
}

/**
 * Builds a function that verifies compact JWTs (RFC 7519) by one policy. It checks the signature before it reads a claim,
 * and gives the claims, frozen. Build it once: it prepares its keys and remembers headers.
 *
 * @throws {TypeError} for options that are unknown or invalid; the verifier, a `TokenError` for every token that it
 * refuses, whose `code` says why: see `TokenErrorCode`.
 * @example
 * ```ts
 * const verify = createVerifier({ keys: publicKey(pem, { algorithm: 'ES256' }), issuer: 'https://id.example', audience: 'api' })
 * const { sub } = verify(token)
 * ```
 */
export function createVerifier(options: VerifierOptions & Complete): (token: string) => CompleteToken
export function createVerifier(
  options: VerifierOptions & { readonly complete?: false },
): (token: string) => VerifiedClaims
export function createVerifier(
  options: VerifierOptions & { readonly complete?: boolean },
): (token: string) => VerifiedClaims | CompleteToken {
  checkOptions('createVerifier', options, verifierOptions)
  return prepareVerifier<VerifiedClaims | CompleteToken>(options, answerFor(options))
}

/** What a verifier with these options answers. */
export function answerFor(
  options: { readonly complete?: boolean } | null,
): AnswerOf<VerifiedClaims | CompleteToken> {
  return options?.complete === true ? Object.freeze : ({ claims }) => claims
}

/**
 * What there is of a good token. With the times of its claims, for what lies together is read at once: a request is not
 * answered from warm memory.
 */
interface Verified<Answer> {
  readonly token: string
  readonly claims: VerifiedClaims
  readonly answer: Answer
  readonly iat: number | undefined
  readonly nbf: number | undefined
  readonly exp: number | undefined
}

/** What is answered to a good token. What this throws is not remembered. */
export type AnswerOf<Answer> = (verified: CompleteToken, token: string) => Answer

/**
 * As `createVerifier`, with answers of the caller's, which are remembered as they are. The names of the options are
 * checked by the caller; `given` takes the place of their keys.
 */
export function prepareVerifier<Answer>(
  options: VerifierPolicy & { readonly keys: unknown },
  answerOf: AnswerOf<Answer>,
  given = options.keys,
): (token: string) => Answer {
  const keys = keySetFrom(given)
  const maxLength = wholeNumberOf('maxLength', options.maxLength, defaultMaxLength)
  const allowed = algorithmsOf(options.algorithms)
  const types = typesOf(options.type)
  const check: ClaimsCheck = prepareClaimsCheck(options)
  const memo = new HeaderMemo()
  const shape = new PayloadShape()
  const { memo: remembered, refuseRevoked }: Cache<Verified<Answer>> = prepareCache(options)

  function resolve(encodedHeader: string): ResolvedHeader {
    const header = checkHeader(parseSegment(encodedHeader))
    if (!types.includes(mediaType(header.typ))) throw new TokenError('type_mismatch')
    if (allowed !== undefined && !allowed.includes(header.alg)) throw new TokenError('algorithm_not_allowed')
    const key = keys.find(header)
    if (key === undefined) throw new TokenError('key_not_found')
    if (key.algorithm !== header.alg) throw new TokenError('algorithm_not_allowed')
    return { encoded: encodedHeader, header, key, check: checkerOf(key) }
  }

  function verify(token: string): Verified<Answer> {
    const dot = headerEnd(token, maxLength)
    const end = payloadEnd(token, dot)
    const known = memo.find(token, dot, keys.generation)
    const resolved = known ?? resolve(token.slice(0, dot))
    if (!resolved.check(token, end)) throw new TokenError('signature_invalid')
    // Only now, so that nobody but a holder of a key can fill the memo.
    if (known === undefined) memo.remember(resolved)
    const claims = parseSegment(token.slice(dot + 1, end), shape)
    check.claims(claims)
    const { iat, nbf, exp } = claims
    const answer = answerOf({ header: resolved.header, claims, key: resolved.key }, token)
    return { token, claims, answer, iat, nbf, exp }
  }

  return (token) => {
    let verified = remembered?.find(token, keys.generation)
    // What a token says does not change, but the time does.
    if (verified !== undefined) check.times(verified)
    else {
      verified = verify(token)
      remembered?.add(verified)
    }
    refuseRevoked(verified.claims)
    return verified.answer
  }
}
