import { type CheckClaims, prepareClaimsCheck, type VerifiedClaims } from '../claims.ts'
import { TokenError } from '../errors.ts'
import { checkHeader, mediaType, parseHeader } from '../header.ts'
import type { KeySet } from '../key-set.ts'
import type { VerificationKey } from '../keys.ts'
import type { RemoteKeySet } from '../remote-key-set.ts'
import { limitsOf, TokenMemo } from '../verified-cache.ts'
import { algorithmsOf, keySetFrom, maxLengthOf, typeOf, type VerifierPolicy } from '../verifier-policy.ts'
import type { CompleteToken } from '../verify.ts'
import { headerEnd, parsePayload, payloadEnd } from './platform.ts'
import { verifyText } from './signature.ts'

export interface AsyncVerifierOptions extends VerifierPolicy {
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet | RemoteKeySet
}

/**
 * Build a function that verifies compact JWTs by one policy with WebCrypto: the same checks in the same order, and
 * the same TokenErrors, as in Node. A TypeError, here and now, for a policy that cannot be meant.
 */
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete: true },
): (token: string) => Promise<CompleteToken>
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete?: false },
): (token: string) => Promise<VerifiedClaims>
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete?: boolean },
): (token: string) => Promise<VerifiedClaims | CompleteToken> {
  const { cache = false, isRevoked, complete = false } = options
  const remote = isRemote(options.keys) ? options.keys : undefined
  const keys = isRemote(options.keys) ? options.keys.current : keySetFrom(options.keys)
  const maxLength = maxLengthOf(options.maxLength)
  const allowed = algorithmsOf(options.algorithms)
  const type = typeOf(options.type)
  const checkClaims: CheckClaims = prepareClaimsCheck(options)
  const limits = limitsOf(cache)
  const memo = limits && new TokenMemo<CompleteToken>(limits)
  if (isRevoked !== undefined && typeof isRevoked !== 'function') {
    throw new TypeError('isRevoked is a function of claims')
  }

  /** All but what changes with the time. */
  async function check(token: string): Promise<CompleteToken> {
    const dot = headerEnd(token, maxLength)
    const end = payloadEnd(token, dot)
    const header = checkHeader(parseHeader(token.slice(0, dot)))
    if (type !== undefined && mediaType(header.typ) !== type) throw new TokenError('type_mismatch')
    if (allowed !== undefined && !allowed.includes(header.alg)) throw new TokenError('algorithm_not_allowed')
    const key = keys.find(header)
    if (key === undefined) throw new TokenError('key_not_found')
    if (key.algorithm !== header.alg) throw new TokenError('algorithm_not_allowed')
    if (!(await verifyText(key, token.slice(0, end), token.slice(end + 1)))) {
      throw new TokenError('signature_invalid')
    }
    const claims = parsePayload(token, dot, end)
    checkClaims(claims)
    return Object.freeze({ header, claims, key })
  }

  async function verify(token: string): Promise<VerifiedClaims | CompleteToken> {
    const { generation } = keys
    const known = memo?.find(token, generation)
    const answer = known ?? (await check(token))
    const { claims } = answer
    // What a token says does not change, but the time does. And the keys may have, while the signature was checked.
    if (known !== undefined) checkClaims(claims)
    else if (keys.generation === generation) memo?.add(token, answer)
    if (isRevoked !== undefined && isRevoked(claims) !== false) throw new TokenError('token_revoked')
    return complete ? answer : claims
  }

  if (remote === undefined) return verify
  return async (token) => {
    await remote.ready()
    try {
      return await verify(token)
    } catch (error) {
      if (!(error instanceof TokenError) || error.code !== 'key_not_found') throw error
      const header = checkHeader(parseHeader(token.slice(0, token.indexOf('.'))))
      if (!(await remote.lookAgain(header))) throw error
      return verify(token)
    }
  }
}

function isRemote(keys: unknown): keys is RemoteKeySet {
  return typeof keys === 'object' && keys !== null && 'lookAgain' in keys
}
