/** Who is signed in, for display. What they may do is decided by whoever verifies the token. */
export interface Session {
  /** The identifier of the account (`sub`). */
  readonly subject: string
  readonly sessionId: string
  /** The user name of the account; of a server that does not tell it, the one typed at the sign-in. */
  readonly username: string
  /** The user type of the account, if the token has one. */
  readonly userType: string | undefined
  /** The scopes of the access token: the permissions of the account. */
  readonly scopes: readonly string[]
  /** When they signed in, in milliseconds since the Unix epoch. */
  readonly authTimeMs: number | undefined
}

/** What a storage keeps, as plain JSON: the tokens, and times in milliseconds since the Unix epoch by the issuer's clock. */
export interface StoredSession {
  readonly issuer: string
  readonly accessToken: string
  /** Empty where the issuer keeps it in a cookie. */
  readonly refreshToken: string
  readonly sessionId: string
  readonly username: string
  /** From here on the access token is refreshed when it is used. */
  readonly refreshAtMs: number
  readonly expiresAtMs: number
  /** How many milliseconds the issuer's clock was ahead of this machine's. */
  readonly correctionMs: number
  /** The client id of the application that was let in; absent after a direct sign-in. It refreshes elsewhere. */
  readonly application?: string
  /** What an application got beside its tokens, to sign the browser out with. */
  readonly idToken?: string
}

/** Which stored sessions a client takes. */
interface SessionRules {
  readonly issuer: string
  readonly application: string | undefined
  /** Whether tokens are bound to a key. */
  readonly isBound: boolean
  /** Whether the issuer keeps the refresh token in a cookie. */
  readonly inCookie: boolean
}

/** Read what a storage kept; undefined for anything that is not a session by these rules. */
export function readStoredSession(
  value: unknown,
  { issuer, application, isBound, inCookie }: SessionRules,
): StoredSession | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const given = value as Readonly<Record<string, unknown>> // any object has members
  const texts = ['accessToken', 'refreshToken', 'sessionId', 'username'] as const
  const times = ['refreshAtMs', 'expiresAtMs', 'correctionMs'] as const
  if (given.issuer !== issuer || given.application !== application) return undefined
  if (given.idToken !== undefined && typeof given.idToken !== 'string') return undefined
  if (!texts.every((name) => typeof given[name] === 'string')) return undefined
  if (!times.every((name) => Number.isFinite(given[name]))) return undefined
  const stored = given as unknown as StoredSession // every member was looked at
  if ((stored.refreshToken === '') !== inCookie || isBoundToKey(stored) !== isBound) return undefined
  return sessionOf(stored) === undefined ? undefined : stored
}

/** Whether the access token says that it is worth nothing without the proof of a key (RFC 9449 section 6.1). */
export function isBoundToKey({ accessToken }: StoredSession): boolean {
  const { cnf } = claimsOf(accessToken) ?? {}
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf
}

/** What the access token says of its holder (RFC 9068 section 2.2); undefined for what is no such token. */
export function sessionOf({ accessToken, sessionId, username }: StoredSession): Session | undefined {
  const claims = claimsOf(accessToken)
  if (claims === undefined || typeof claims.sub !== 'string') return undefined
  const { sub: subject, scope, user_type: userType, auth_time: authTime } = claims
  return Object.freeze({
    subject,
    sessionId,
    username,
    userType: typeof userType === 'string' ? userType : undefined,
    scopes: Object.freeze(typeof scope === 'string' ? scope.split(' ').filter(Boolean) : []),
    authTimeMs: typeof authTime === 'number' ? authTime * 1000 : undefined,
  })
}

/** The claims of a JWT, not verified; undefined for what is none. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
