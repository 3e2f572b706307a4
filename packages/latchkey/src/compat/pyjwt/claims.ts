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

export interface Expected {
  readonly audience?: string | readonly string[] | undefined
  readonly issuer?: string | readonly string[] | undefined
  readonly subject?: string | undefined
  /** Seconds by which clocks may differ. */
  readonly leeway?: number | undefined
}

/** Check the claims in PyJWT's order: require, iat, nbf, exp, iss, aud, sub, jti. The first that fails is thrown. */
export function checkClaims(
  payload: JsonObject,
  { audience, issuer, subject, leeway = 0 }: Expected,
  options: Required<Options>,
  nowSeconds: number,
): void {
  if (audience !== undefined && typeof audience !== 'string' && !Array.isArray(audience)) {
    throw new TypeError('audience must be a string, iterable or None')
  }
  if (!(leeway >= 0 && leeway < Number.POSITIVE_INFINITY)) {
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
  if (options.verify_iss) checkIssuer(payload, issuer)
  if (options.verify_aud) checkAudience(payload, audience, options.strict_aud)
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
  if (issuer === undefined) return
  if (!Object.hasOwn(payload, 'iss')) throw new MissingRequiredClaimError('iss')
  const { iss } = payload
  if (typeof iss !== 'string') throw new InvalidIssuerError('Payload Issuer (iss) must be a string')
  if (typeof issuer !== 'string' && !Array.isArray(issuer)) {
    throw new InvalidIssuerError('Issuer param must be "str" or "Container[str]"')
  }
  // Equal, never contained: CVE-2024-53861 was Python's `in` on a string.
  if (!(typeof issuer === 'string' ? issuer === iss : issuer.includes(iss))) {
    throw new InvalidIssuerError('Invalid issuer')
  }
}

function checkAudience(payload: JsonObject, audience: Expected['audience'], strict: boolean): void {
  const aud = claimOf(payload, 'aud')
  const isEmpty = aud === null || aud === '' || (Array.isArray(aud) && aud.length === 0)
  if (audience === undefined) {
    if (isEmpty) return
    throw new InvalidAudienceError('Invalid audience')
  }
  if (isEmpty) throw new MissingRequiredClaimError('aud')
  if (strict) {
    if (typeof audience !== 'string') throw new InvalidAudienceError('Invalid audience (strict)')
    if (typeof aud !== 'string') throw new InvalidAudienceError('Invalid claim format in token (strict)')
    if (aud !== audience) throw new InvalidAudienceError("Audience doesn't match (strict)")
    return
  }
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.every((one) => typeof one === 'string')) {
    throw new InvalidAudienceError('Invalid claim format in token')
  }
  const accepted = typeof audience === 'string' ? [audience] : audience
  if (!accepted.some((one) => named.includes(one))) throw new InvalidAudienceError("Audience doesn't match")
}

/** As Python's `payload.get(claim)`. */
function claimOf(payload: JsonObject, claim: string): unknown {
  return (Object.hasOwn(payload, claim) ? payload[claim] : null) ?? null
}
