import type { JsonObject } from '../../token/json.ts'
import {
  DecodeError,
  ExpiredSignatureError,
  ImmatureSignatureError,
  InvalidAudienceError,
  InvalidIssuedAtError,
  InvalidIssuerError,
  InvalidJTIError,
  InvalidSubjectError,
  MissingRequiredClaimError,
} from './errors.ts'
import type { Options } from './options.ts'

/** What a token must say. Null is Python's None: nothing is expected. */
export interface Expected {
  /** `aud` must name one of these. If not given, a token with an audience is refused. */
  readonly audience?: Names | null | undefined
  /** `iss` must be one of these. */
  readonly issuer?: Names | null | undefined
  /** `sub` must be this. */
  readonly subject?: string | null | undefined
  /** The clock skew to tolerate, in seconds; 0 if not given. */
  readonly leeway?: number | null | undefined
}

/** One name, or several, of which each is accepted. */
export type Names = string | readonly string[] | ReadonlySet<string>

/** Check the claims in PyJWT's order: require, iat, nbf, exp, iss, aud, sub, jti. The first that fails is thrown. */
export function checkClaims(
  payload: JsonObject,
  expected: Expected,
  options: Required<Options>,
  nowSeconds: number,
): void {
  const audience = namesIn(expected.audience)
  if (audience === undefined) throw new TypeError('audience must be a string, iterable or None')
  const subject = expected.subject ?? undefined
  const leeway = expected.leeway ?? 0
  if (typeof leeway !== 'number' || !(leeway >= 0 && leeway < Number.POSITIVE_INFINITY)) {
    throw new TypeError('leeway is a number of seconds, not negative')
  }
  for (const claim of options.require) {
    if (claimOf(payload, claim) === null) throw new MissingRequiredClaimError(claim)
  }
  if (options.verify_iat && Object.hasOwn(payload, 'iat')) {
    const iat = time(payload.iat, InvalidIssuedAtError, 'Issued At claim (iat) must be an integer.')
    if (iat > nowSeconds + leeway) throw new ImmatureSignatureError('The token is not yet valid (iat)')
  }
  if (options.verify_nbf && Object.hasOwn(payload, 'nbf')) {
    const nbf = time(payload.nbf, DecodeError, 'Not Before claim (nbf) must be an integer.')
    if (nbf > nowSeconds + leeway) throw new ImmatureSignatureError('The token is not yet valid (nbf)')
  }
  if (options.verify_exp && Object.hasOwn(payload, 'exp')) {
    const exp = time(payload.exp, DecodeError, 'Expiration Time claim (exp) must be an integer.')
    if (exp <= nowSeconds - leeway) throw new ExpiredSignatureError('Signature has expired')
  }
  if (options.verify_iss) checkIssuer(payload, expected.issuer)
  if (options.verify_aud)
    checkAudience(payload, audience, options.strict_aud, typeof expected.audience === 'string')
  if (options.verify_sub && Object.hasOwn(payload, 'sub')) {
    if (typeof payload.sub !== 'string') throw new InvalidSubjectError('Subject must be a string')
    if (subject !== undefined && payload.sub !== subject) throw new InvalidSubjectError('Invalid subject')
  } else if (options.verify_sub && subject !== undefined) throw new MissingRequiredClaimError('sub')
  if (options.verify_jti && Object.hasOwn(payload, 'jti') && typeof payload.jti !== 'string') {
    throw new InvalidJTIError('JWT ID must be a string')
  }
}

/** A JSON number that is a time. Python's `int()` would also take the text "1" and true. */
function time(value: unknown, Refused: new (message: string) => Error, message: string): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= 2 ** 53)) throw new Refused(message)
  return Math.trunc(value)
}

function checkIssuer(payload: JsonObject, issuer: Expected['issuer']): void {
  const accepted = namesIn(issuer)
  if (accepted === null) return
  if (!Object.hasOwn(payload, 'iss')) throw new MissingRequiredClaimError('iss')
  const { iss } = payload
  if (typeof iss !== 'string') throw new InvalidIssuerError('Payload Issuer (iss) must be a string')
  if (accepted === undefined) throw new InvalidIssuerError('Issuer param must be "str" or "Container[str]"')
  // Equal, never contained: CVE-2024-53861 was Python's `in` on a string.
  if (!accepted.includes(iss)) throw new InvalidIssuerError('Invalid issuer')
}

function checkAudience(
  payload: JsonObject,
  accepted: readonly string[] | null,
  strict: boolean,
  isOne: boolean,
): void {
  const aud = claimOf(payload, 'aud')
  if (accepted === null) {
    if (isFalsy(aud)) return
    throw new InvalidAudienceError('Invalid audience')
  }
  if (isFalsy(aud)) throw new MissingRequiredClaimError('aud')
  if (strict) {
    if (!isOne) throw new InvalidAudienceError('Invalid audience (strict)')
    if (typeof aud !== 'string') throw new InvalidAudienceError('Invalid claim format in token (strict)')
    if (aud !== accepted[0]) throw new InvalidAudienceError("Audience doesn't match (strict)")
    return
  }
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.every((one) => typeof one === 'string')) {
    throw new InvalidAudienceError('Invalid claim format in token')
  }
  if (!accepted.some((one) => named.includes(one))) throw new InvalidAudienceError("Audience doesn't match")
}

/** A list of the names; null for none, undefined for what are no names. */
function namesIn(names: unknown): readonly string[] | null | undefined {
  if (names === undefined || names === null) return null
  if (typeof names === 'string') return [names]
  return Array.isArray(names) ? names : names instanceof Set ? [...names] : undefined
}

/** What counts as no in Python; a token with such an audience is for nobody in particular. */
function isFalsy(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** As Python's `payload.get(claim)`. */
function claimOf(payload: JsonObject, claim: string): unknown {
  return (Object.hasOwn(payload, claim) ? payload[claim] : null) ?? null
}
