import { ClientError } from './errors.ts'
import { type Answer, notOfIssuer } from './transport.ts'

/** What the issuer gives at a sign-in and at each refresh. */
export interface GivenTokens {
  readonly accessToken: string
  /** Empty where the issuer keeps it in a cookie. */
  readonly refreshToken: string
  readonly sessionId: string
  /** Of the account, where the issuer says it. */
  readonly username: string | undefined
  readonly lifeMs: number
  /** Of an application that asked who somebody is (`openid`). */
  readonly idToken?: string | undefined
  /** Of somebody who has enrolled their first factor with this sign-in. */
  readonly recoveryCodes: readonly string[]
}

export type Refreshed =
  | { readonly kind: 'given'; readonly tokens: GivenTokens }
  /** The issuer says that the session is over, or that the cookie holds none. */
  | { readonly kind: 'over' }
  /** Nothing was sent: another tab has replaced the token meanwhile. */
  | { readonly kind: 'superseded' }

/** How one refresh request is sent. */
export interface RefreshRequest {
  /** How long its answer is waited for. */
  readonly timeoutMs: number
  /** Asked right before the request is sent. */
  readonly isCurrent: () => Promise<boolean>
}

/** What a session is ended with. */
export interface SessionTokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** The issuer, as far as a session is kept and ended there. Each rejects with a ClientError. */
export interface SessionIssuer {
  /** `refreshToken` is not sent where the issuer keeps it in a cookie. */
  refresh(refreshToken: string, request: RefreshRequest): Promise<Refreshed>
  logOut(tokens: SessionTokens): Promise<void>
  /** Whether ending a session takes an access token that has not expired. */
  readonly endsByAccessToken: boolean
}

/**
 * The tokens in an answer with status 200.
 * @param refreshToken as it was given, or the empty text where it is in a cookie
 * @throws {ClientError} `answer_invalid`
 */
export function tokensIn(
  { status, body }: Answer,
  { scheme, refreshToken }: { readonly scheme: 'Bearer' | 'DPoP'; readonly refreshToken: unknown },
): GivenTokens {
  const { access_token: accessToken, session_id: sessionId, expires_in } = body
  if (
    typeof accessToken !== 'string' ||
    typeof refreshToken !== 'string' ||
    typeof sessionId !== 'string' ||
    typeof expires_in !== 'number' ||
    !(expires_in > 0)
  ) {
    throw notOfIssuer(status)
  }
  // RFC 9449 section 5: an issuer that knows nothing of proofs would have us use a token that anybody can.
  if (String(body.token_type).toLowerCase() !== scheme.toLowerCase()) {
    throw new ClientError('answer_invalid', `the issuer gave no ${scheme} token`, { status })
  }
  return {
    accessToken,
    refreshToken,
    sessionId,
    username: typeof body.username === 'string' ? body.username : undefined,
    lifeMs: expires_in * 1000,
    recoveryCodes: textsIn(body.recovery_codes),
  }
}

/** The texts in a list; none of anything else. */
export function textsIn(list: unknown): readonly string[] {
  const texts = Array.isArray(list) ? list.filter((text) => typeof text === 'string') : []
  return Object.freeze(texts)
}
