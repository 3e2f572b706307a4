import { checkOptions } from '../options/check-options.ts'
import type { VerifiedClaims } from './claims.ts'
import type { TokenError } from './errors.ts'
import { checkHeader } from './header.ts'
import type { RemoteKeySet } from './jwks/remote-key-set.ts'
import { parseSegment } from './parse.ts'
import { type VerifierOptions, type VerifierPolicy, verifierOptions } from './verifier-policy.ts'
import { type AnswerOf, answerFor, type Complete, type CompleteToken, prepareVerifier } from './verify.ts'

/** The keys and the policy of a verifier whose keys may have to be fetched. */
export interface AsyncVerifierOptions extends VerifierPolicy {
  readonly keys: VerifierOptions['keys'] | RemoteKeySet
}

/**
 * As `createVerifier`, for keys that may have to be fetched. A token with an unknown key id never delays another.
 *
 * @throws {TypeError} for options that are unknown or invalid; the verifier rejects with a `TokenError` as `createVerifier`
 * throws it, and with `key_set_unavailable` if there are no keys.
 * @example
 * ```ts
 * const keys = remoteKeySet('https://id.example/.well-known/jwks.json')
 * const verify = createAsyncVerifier({ keys, issuer: 'https://id.example', audience: 'api' })
 * const { sub } = await verify(token)
 * ```
 */
export function createAsyncVerifier(
  options: AsyncVerifierOptions & Complete,
): (token: string) => Promise<CompleteToken>
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete?: false },
): (token: string) => Promise<VerifiedClaims>
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete?: boolean },
): (token: string) => Promise<VerifiedClaims | CompleteToken> {
  const verify = createPromptVerifier<VerifiedClaims | CompleteToken>(options, answerFor(options))
  return async (token) => verify(token)
}

/**
 * As `createAsyncVerifier`, answering without a promise wherever no fetch is needed, which is nearly always: a
 * promise for each request costs more than checking an HMAC. Throws at once or rejects.
 */
export function createPromptVerifier<Answer>(
  options: AsyncVerifierOptions,
  answerOf: AnswerOf<Answer>,
): (token: string) => Answer | Promise<Answer> {
  checkOptions('createAsyncVerifier', options, verifierOptions)
  const { keys } = options
  if (!isRemote(keys)) return prepareVerifier(options, answerOf)
  const remote = keys
  const verify = prepareVerifier(options, answerOf, remote.current)

  function verifyOrLookAgain(token: string): Answer | Promise<Answer> {
    try {
      return verify(token)
    } catch (error) {
      if ((error as Partial<TokenError>).code !== 'key_not_found') throw error
      return lookAgain(token, error)
    }
  }

  async function lookAgain(token: string, error: unknown): Promise<Answer> {
    const header = checkHeader(parseSegment(token.slice(0, token.indexOf('.'))))
    if (!(await remote.lookAgain(header))) throw error
    return verify(token)
  }

  return (token) => {
    const pending = remote.ready()
    return pending === undefined ? verifyOrLookAgain(token) : pending.then(() => verifyOrLookAgain(token))
  }
}

function isRemote(keys: AsyncVerifierOptions['keys']): keys is RemoteKeySet {
  return typeof keys === 'object' && keys !== null && 'lookAgain' in keys
}
