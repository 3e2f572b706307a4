import type { VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'
import { checkHeader, parseHeader } from './header.ts'
import type { RemoteKeySet } from './remote-key-set.ts'
import { type CompleteToken, createVerifier, type VerifierOptions } from './verify.ts'

export interface AsyncVerifierOptions extends Omit<VerifierOptions, 'keys'> {
  readonly keys: VerifierOptions['keys'] | RemoteKeySet
}

/**
 * As `createVerifier`, for keys that may have to be fetched. Rejects with the same TokenErrors, and
 * `key_set_unavailable` where there are no keys to be had. A token with an unknown key id never delays another.
 */
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete: true },
): (token: string) => Promise<CompleteToken>
export function createAsyncVerifier(
  options: AsyncVerifierOptions & { readonly complete?: false },
): (token: string) => Promise<VerifiedClaims>
export function createAsyncVerifier(
  options: AsyncVerifierOptions,
): (token: string) => Promise<VerifiedClaims | CompleteToken> {
  const verify = createPromptVerifier(options)
  return async (token) => verify(token)
}

/**
 * As `createAsyncVerifier`, answering without a promise wherever no fetch is needed, which is nearly always: a
 * promise for each request costs more than checking an HMAC. Throws at once or rejects.
 */
export function createPromptVerifier(
  options: AsyncVerifierOptions & { readonly complete?: false },
): (token: string) => VerifiedClaims | Promise<VerifiedClaims>
export function createPromptVerifier(
  options: AsyncVerifierOptions,
): (token: string) => VerifiedClaims | CompleteToken | Promise<VerifiedClaims | CompleteToken>
export function createPromptVerifier(
  options: AsyncVerifierOptions,
): (token: string) => VerifiedClaims | CompleteToken | Promise<VerifiedClaims | CompleteToken> {
  const { keys } = options
  if (!isRemote(keys)) return createVerifier({ ...options, keys })
  const verify = createVerifier({ ...options, keys: keys.current })

  function verifyOrLookAgain(
    token: string,
  ): VerifiedClaims | CompleteToken | Promise<VerifiedClaims | CompleteToken> {
    try {
      return verify(token)
    } catch (error) {
      if (!(error instanceof TokenError) || error.code !== 'key_not_found') throw error
      return lookAgain(token, error)
    }
  }

  async function lookAgain(token: string, error: TokenError): Promise<VerifiedClaims | CompleteToken> {
    const header = checkHeader(parseHeader(token.slice(0, token.indexOf('.'))))
    if (!(await (keys as RemoteKeySet).lookAgain(header))) throw error
    return verify(token)
  }

  return (token) => {
    const pending = keys.ready()
    return pending === undefined ? verifyOrLookAgain(token) : pending.then(() => verifyOrLookAgain(token))
  }
}

function isRemote(keys: AsyncVerifierOptions['keys']): keys is RemoteKeySet {
  return typeof keys === 'object' && keys !== null && 'lookAgain' in keys
}
