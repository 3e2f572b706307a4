import { clockOf } from '../options/clock.ts'
import { TokenError } from './errors.ts'
import type { JsonObject } from './json.ts'

/** The registered claims (RFC 7519 section 4.1). Times are NumericDates: seconds since the Unix epoch. */
export interface RegisteredClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
}

declare const verified: unique symbol

/** Claims of a token whose signature and claims were checked. Frozen; only a verifier makes them. */
export type VerifiedClaims = RegisteredClaims & { readonly [claim: string]: unknown } & {
  readonly [verified]: true
}

/** What the claims of a token must say. */
export interface ClaimsPolicy {
  /** The `iss` that must be there. Compared exactly (RFC 8725 section 3.8); of several, any. */
  readonly issuer?: string | readonly string[]
  /** What must be in `aud`; of several, any. A token with `aud` is refused where this is not given. */
  readonly audience?: string | readonly string[]
  /** Seconds by which clocks may differ; 0 if not given. */
  readonly clockTolerance?: number
  /** Seconds after `iat` at which a token is too old, whatever its `exp`. Makes `iat` required. */
  readonly maxAge?: number
  /**
   * Claims that must be there, besides `exp` and those that other options imply (`iss`, `aud`, `iat`). A record can also
   * say that one need not be: `{ exp: false, sub: true }`; one that is there is checked all the same. A claim that is null
   * is missing.
   */
  readonly requiredClaims?: readonly string[] | Readonly<Record<string, boolean>>
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

type CheckClaims = (claims: JsonObject) => asserts claims is VerifiedClaims

export interface ClaimsCheck {
  readonly claims: CheckClaims
  /** The part of it that can come out otherwise later, for claims are frozen and time is not. */
  readonly times: (times: { readonly iat?: unknown; readonly nbf?: unknown; readonly exp?: unknown }) => void
}

/**
 * Build the check of `policy` once.
 *
 * @throws {TypeError} if the policy is invalid.
 */
export function prepareClaimsCheck(policy: ClaimsPolicy): ClaimsCheck {
  const issuers = textsOf('issuer', policy.issuer)
  const audiences = textsOf('audience', policy.audience)
  const tolerance = secondsOf('clockTolerance', policy.clockTolerance) ?? 0
  const maxAge = secondsOf('maxAge', policy.maxAge)
  const now = clockOf(policy.now)
  const requiredList = requiredNames(
    { exp: 1, iat: maxAge, iss: issuers, aud: audiences },
    policy.requiredClaims,
  )

  const checkClaims: CheckClaims = (claims) => {
    for (const name of requiredList) {
      if (!Object.hasOwn(claims, name) || claims[name] === null) refuse('claim_missing', name)
    }
    const { iss, sub, aud, jti } = claims
    if (iss !== undefined) {
      // What is no text is in no list.
      if (issuers?.includes(iss as string) === false) refuse('issuer_mismatch', 'iss')
      if (typeof iss !== 'string') refuse('claim_invalid', 'iss')
    }
    if (aud !== undefined && !isFor(aud, audiences)) refuse('audience_mismatch', 'aud')
    if (sub !== undefined && typeof sub !== 'string') refuse('subject_invalid', 'sub')
    if (jti !== undefined && typeof jti !== 'string') refuse('token_id_invalid', 'jti')
    checkTimes(claims)
  }

  const checkTimes: ClaimsCheck['times'] = ({ iat, nbf, exp }) => {
    const seconds = now() / 1000
    if (exp !== undefined) {
      // RFC 7519 section 4.1.4: not accepted *on* or after that time.
      if (time('exp', exp) <= seconds - tolerance) refuse('token_expired', 'exp')
    }
    if (nbf !== undefined && time('nbf', nbf) > seconds + tolerance) refuse('token_not_yet_valid', 'nbf')
    if (iat !== undefined) {
      const issued = time('iat', iat)
      if (issued > seconds + tolerance) refuse('token_issued_in_future', 'iat')
      if (maxAge !== undefined && issued + maxAge <= seconds - tolerance) refuse('token_too_old', 'iat')
    }
  }

  return { claims: checkClaims, times: checkTimes }
}

/** RFC 7519 section 4.1.3. A list that holds anything but strings is no audience at all. */
function isFor(aud: unknown, audiences: readonly string[] | undefined): boolean {
  if (audiences === undefined) return false
  if (typeof aud === 'string') return audiences.includes(aud)
  if (!Array.isArray(aud)) return false
  return aud.every((one) => typeof one === 'string') && aud.some((one) => audiences.includes(one))
}

function time(claim: string, value: unknown): number {
  // No NumericDate beyond this is exact in a double, and no such time is meant.
  if (typeof value !== 'number' || !(Math.abs(value) <= 2 ** 53)) refuse('claim_invalid', claim)
  return value
}

function refuse(code: TokenError['code'], claim: string): never {
  throw new TokenError(code, { claim })
}

function requiredNames(
  implied: Readonly<Record<string, unknown>>,
  required: ClaimsPolicy['requiredClaims'] = [],
): readonly string[] {
  const names = new Set(Object.keys(implied).filter((name) => implied[name] !== undefined))
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(required)
    ? required.map((name) => [name, true])
    : // What is no object has no entries, so that nothing would be required.
      Object.entries(typeof required === 'object' ? required : [0])
  for (const [name, wanted] of entries) {
    if (typeof name !== 'string' || typeof wanted !== 'boolean') {
      throw new TypeError('requiredClaims lists names, or gives each a boolean')
    }
    names[wanted ? 'add' : 'delete'](name)
  }
  return [...names]
}

/** Texts that an option gives as one or as a list; a list of its own, that the caller cannot change. */
export function textsOf(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '')) {
    throw new TypeError(`${option} is a string or a list of strings, not empty`)
  }
  return [...(texts as readonly string[])] // just checked
}

/** A length of time in seconds, as an option gives it. */
export function secondsOf(option: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new TypeError(`${option} is a number of seconds, not negative`)
  }
  return value
}
