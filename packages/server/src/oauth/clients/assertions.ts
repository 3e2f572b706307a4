import {
  decodeUnverified,
  type KeySet,
  TokenError,
  type TokenErrorCode,
  type TokenHeader,
  verifyJws,
} from 'latchkey/token'
import { assertionAlgorithms } from '../../applications/key-set.ts'
import { isVisible } from '../../text.ts'
import { clockToleranceSeconds } from '../../tokens/authenticate.ts'

/** Why an assertion proves nothing, beside what the token library says. */
export type AssertionFault =
  | TokenErrorCode
  | 'type_unknown'
  | 'issuer_other'
  | 'subject_other'
  | 'audience_mismatch'
  | 'times_malformed'
  | 'issued_in_future'
  | 'life_too_long'
  | 'jti_malformed'

/** What an assertion says that has been signed by a key of a set. */
export type ReadAssertion =
  | { readonly kind: 'signed'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly fault: AssertionFault }

/** Whose an assertion is to be, and when. */
export interface Expected {
  readonly client: string
  readonly issuer: string
  readonly nowMs: number
}

const longestLifeSeconds = 300
const longestJti = 255
/** RFC 7523 has no type; its successor gives this one, so that no other token of the client passes for an assertion. */
const types = ['jwt', 'application/jwt', 'client-authentication+jwt', 'application/client-authentication+jwt']

/** The header of an assertion as it was sent; undefined for a text that is no JWT. */
export function headerOf(assertion: string): TokenHeader | undefined {
  try {
    return decodeUnverified(assertion).header as unknown as TokenHeader // nobody decides anything by it
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

/** The signature before the claims: what an unsigned text says decides nothing. */
export function readSigned(assertion: string, keys: KeySet): ReadAssertion {
  try {
    const { signatures } = verifyJws(assertion, { keys, algorithms: assertionAlgorithms })
    const { typ } = signatures[0]!.protectedHeader
    if (typ !== undefined && !types.includes(String(typ).toLowerCase()))
      return { kind: 'invalid', fault: 'type_unknown' }
    return { kind: 'signed', claims: decodeUnverified(assertion).claims }
  } catch (error) {
    if (error instanceof TokenError) return { kind: 'invalid', fault: error.code }
    throw error
  }
}

/**
 * What is wrong with the claims by which a client authenticates itself (RFC 7523 section 3), or the id that counts once and until
 * when. Only the issuer is an audience: an assertion that another server was sent, or lured out, is worth nothing here.
 */
export function singleUseOf(
  claims: Readonly<Record<string, unknown>>,
  { client, issuer, nowMs }: Expected,
): AssertionFault | { readonly jti: string; readonly untilMs: number } {
  const { iss, sub, jti } = claims
  if (iss !== client) return 'issuer_other'
  if (sub !== client) return 'subject_other'
  if (!isOnly(claims.aud, issuer)) return 'audience_mismatch'
  const times = timesFault(claims, nowMs)
  if (times !== undefined) return times
  const expiresAt = claims.exp as number // timesFault has looked
  if (expiresAt > nowMs / 1000 + longestLifeSeconds + clockToleranceSeconds) return 'life_too_long'
  if (typeof jti !== 'string' || jti.length > longestJti || !isVisible(jti)) return 'jti_malformed'
  return { jti, untilMs: Math.ceil((expiresAt + clockToleranceSeconds) * 1000) }
}

/** Whether it is meant for this server and nobody else. */
export function isOnly(audience: unknown, expected: string): boolean {
  return (
    audience === expected || (Array.isArray(audience) && audience.length === 1 && audience[0] === expected)
  )
}

export function timesFault(
  { exp, iat, nbf }: Readonly<Record<string, unknown>>,
  nowMs: number,
): AssertionFault | undefined {
  const now = nowMs / 1000
  if (!isTime(exp) || (iat !== undefined && !isTime(iat)) || (nbf !== undefined && !isTime(nbf)))
    return 'times_malformed'
  if (exp <= now - clockToleranceSeconds) return 'token_expired'
  if (iat !== undefined && iat > now + clockToleranceSeconds) return 'issued_in_future'
  return nbf !== undefined && nbf > now + clockToleranceSeconds ? 'token_not_yet_valid' : undefined
}

/** The year 9999: what is later is no time that a column is sure to hold. */
const lastSecond = 253_402_300_799

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= lastSecond
}
