import { checkOptions } from '../../options/check-options.ts'
import { wholeNumberOf } from '../../options/whole-number.ts'
import { algorithmsOf } from '../algorithms.ts'
import { type ClaimsCheck, prepareClaimsCheck, type VerifiedClaims } from '../claims.ts'
import { TokenError } from '../errors.ts'
import { checkHeader, mediaType, typesOf } from '../header.ts'
import type { KeySet } from '../jwks/key-set.ts'
import type { RemoteKeySet } from '../jwks/remote-key-set.ts'
import type { VerificationKey } from '../keys/keys.ts'
import { type Cache, prepareCache } from '../verified-cache.ts'
import { keySetFrom, type VerifierPolicy, verifierOptions } from '../verifier-policy.ts'
import type { CompleteToken } from '../verify.ts'
import { defaultMaxLength, headerEnd, parseSegment, payloadEnd } from './platform.ts'
import { verifyText } from './signature.ts'

/** The keys and the policy of a verifier. */
export interface AsyncVerifierOptions extends VerifierPolicy {
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet | RemoteKeySet
}

interface Verified {
  readonly token: string
  readonly answer: CompleteToken
}

/**
 * Builds a function that verifies compact JWTs (RFC 7519) with WebCrypto: the same checks in the same order, and the same
 * errors, as in Node.
 *
 * @throws {TypeError} for options that are unknown or invalid; the verifier rejects with a `TokenError`.
 * @example
 * ```ts
 * const keys = remoteKeySet('https://id.example/.well-known/jwks.json')
 * const verify = createAsyncVerifier({ keys, issuer: 'https://id.example', audience: 'app' })
 * const { sub } = await verify(token)
 * ```
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
  checkOptions('createAsyncVerifier', options, verifierOptions)
  const { complete, keys: given } = options
  const remote = isRemote(given) ? given : undefined
  const keys = remote?.current ?? keySetFrom(given)
  const maxLength = wholeNumberOf('maxLength', options.maxLength, defaultMaxLength)
  const allowed = algorithmsOf(options.algorithms)
  const types = typesOf(options.type)
  const check: ClaimsCheck = prepareClaimsCheck(options)
  const { memo, refuseRevoked }: Cache<Verified> = prepareCache(options)

  /** All but what changes with the time. */
  async function verifyNow(token: string): Promise<Verified> {
    const dot = headerEnd(token, maxLength)
    const end = payloadEnd(token, dot)
    const header = checkHeader(parseSegment(token.slice(0, dot)))
    if (!types.includes(mediaType(header.typ))) throw new TokenError('type_mismatch')
    if (allowed !== undefined && !allowed.includes(header.alg)) throw new TokenError('algorithm_not_allowed')
    const key = keys.find(header)
    if (key === undefined) throw new TokenError('key_not_found')
    if (key.algorithm !== header.alg) throw new TokenError('algorithm_not_allowed')
    if (!(await verifyText(key, token.slice(0, end), token.slice(end + 1)))) {
      throw new TokenError('signature_invalid')
    }
    const claims = parseSegment(token.slice(dot + 1, end))
    check.claims(claims)
    return { token, answer: Object.freeze({ header, claims, key }) }
  }

  async function verify(token: string): Promise<VerifiedClaims | CompleteToken> {
    const { generation } = keys
    const known = memo?.find(token, generation)
    const verified = known ?? (await verifyNow(token))
    const { claims } = verified.answer
    // What a token says does not change, but the time does. And the keys may have, while the signature was checked.
    if (known !== undefined) check.times(claims)
    else if (keys.generation === generation) memo?.add(verified)
    refuseRevoked(claims)
    return complete ? verified.answer : claims
  }

  return async (token) => {
    await remote?.ready()
    try {
      return await verify(token)
    } catch (error) {
      if (remote === undefined || (error as Partial<TokenError>).code !== 'key_not_found') throw error
      const header = checkHeader(parseSegment(token.slice(0, token.indexOf('.'))))
      if (!(await remote.lookAgain(header))) throw error
      return verify(token)
    }
  }
}

function isRemote(keys: unknown): keys is RemoteKeySet {
  return typeof keys === 'object' && keys !== null && 'lookAgain' in keys
}
