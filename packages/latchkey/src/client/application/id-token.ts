import { ClientError } from '../errors.ts'
import { claimsOf } from '../session.ts'

interface Expected {
  readonly issuer: string
  readonly clientId: string
  /** Of a sign-in by redirect. */
  readonly nonce: string | undefined
  readonly maxAge: number | undefined
  /** By the clock of the issuer. */
  readonly nowMs: number
}

/** How far two clocks may differ. */
const toleranceMs = 60_000

/**
 * Check what an ID token says (OpenID Connect Core section 3.1.3.7). Its signature is not looked at: it comes from the token endpoint
 * of the issuer by TLS, which proves whose it is (rule 6).
 * @returns the user name, if the token tells it
 * @throws {ClientError} `answer_invalid`
 */
export function readIdToken(token: string, expected: Expected): string | undefined {
  const claims = claimsOf(token)
  const fault = claims === undefined ? 'is none' : faultIn(claims, expected)
  if (fault !== undefined) throw new ClientError('answer_invalid', `the ID token ${fault}`)
  const { preferred_username: username } = claims ?? {}
  return typeof username === 'string' ? username : undefined
}

function faultIn(
  claims: Readonly<Record<string, unknown>>,
  { issuer, clientId, nonce, maxAge, nowMs }: Expected,
): string | undefined {
  const { iss, sub, aud, azp, exp, iat, auth_time: authTime } = claims
  if (iss !== issuer) return 'is of another issuer'
  if (typeof sub !== 'string' || sub === '') return 'names nobody'
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (!audiences.includes(clientId)) return 'is for another application'
  if (azp === undefined ? audiences.length > 1 : azp !== clientId) return 'is for another application'
  if (typeof exp !== 'number' || exp * 1000 + toleranceMs <= nowMs) return 'has expired'
  if (typeof iat !== 'number' || iat * 1000 - toleranceMs > nowMs) return 'is of the future'
  if (nonce !== claims.nonce) return 'belongs to another sign-in'
  if (maxAge === undefined) return undefined
  const isFresh = typeof authTime === 'number' && (authTime + maxAge) * 1000 + toleranceMs >= nowMs
  return isFresh ? undefined : 'is of a sign-in that was too long ago'
}
