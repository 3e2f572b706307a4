import { type ClaimsCheck, type ClaimsPolicy, prepareClaimsCheck } from '../claims.ts'
import { TokenError } from '../errors.ts'
import type { Facts, FindingCode, Findings } from './finding.ts'
import { inWords, lengthInWords, timeOf } from './time.ts'

type Claims = Readonly<Record<string, unknown>>

/**
 * Say what a verifier holds against the claims. It is the verifier's own check that is asked, again without
 * each claim that it found fault with, so that all faults are told and the first is the one it would name.
 *
 * Without `isVerifying` nobody asked whether the token may be used here, so that what only a verifier of a
 * certain place can say (an audience where none is configured, a missing `exp`) is remarked and not held against it.
 */
export function checkClaims(
  claims: Claims,
  policy: ClaimsPolicy,
  {
    nowMs,
    isVerifying,
    isProof = false,
  }: { readonly nowMs: number; readonly isVerifying: boolean; readonly isProof?: boolean },
  findings: Findings,
): void {
  let rest: Claims = claims
  let left: ClaimsPolicy = { ...policy, now: () => nowMs }
  if (!isVerifying && policy.requiredClaims === undefined) left = { ...left, requiredClaims: { exp: false } }
  if (!isVerifying && policy.audience === undefined && Object.hasOwn(claims, 'aud')) {
    findings.note('audience_unexpected')
    rest = without(rest, 'aud')
  }
  for (let fault = faultOf(rest, left); fault?.claim !== undefined; fault = faultOf(rest, left)) {
    const { claim, code } = fault
    const [word, facts] = wordsFor(fault, claims, policy, nowMs)
    findings.refuse('claims', word, code, { claim, ...facts })
    rest = without(rest, claim)
    left = notAsking(left, claim)
  }
  remark(claims, isProof, findings)
}

function without(claims: Claims, claim: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim))
}

function faultOf(claims: Claims, policy: ClaimsPolicy): TokenError | undefined {
  try {
    const check: ClaimsCheck = prepareClaimsCheck(policy)
    check.claims(claims)
    return undefined
  } catch (error) {
    if (error instanceof TokenError) return error
    throw error
  }
}

function notAsking(policy: ClaimsPolicy, claim: string): ClaimsPolicy {
  const { issuer, audience, maxAge, requiredClaims = [], ...rest } = policy
  const required = Array.isArray(requiredClaims)
    ? Object.fromEntries(requiredClaims.map((name: string) => [name, true]))
    : (requiredClaims as Readonly<Record<string, boolean>>) // the other form
  return {
    ...rest,
    ...(issuer === undefined || claim === 'iss' ? {} : { issuer }),
    ...(audience === undefined || claim === 'aud' ? {} : { audience }),
    ...(maxAge === undefined || claim === 'iat' ? {} : { maxAge }),
    requiredClaims: { ...required, [claim]: false },
  }
}

function wordsFor(
  { code, claim = '' }: TokenError,
  claims: Claims,
  { issuer, audience }: ClaimsPolicy,
  nowMs: number,
): [FindingCode, Facts] {
  const value = claims[claim]
  const when: Facts = typeof value === 'number' ? { time: timeOf(value), when: inWords(value, nowMs) } : {}
  switch (code) {
    case 'claim_missing':
      return ['claim_missing', {}]
    case 'token_expired':
      return ['expired', when]
    case 'token_not_yet_valid':
      return ['not_yet_valid', when]
    case 'token_issued_in_future':
      return ['issued_in_future', when]
    case 'token_too_old':
      return ['too_old', when]
    case 'issuer_mismatch':
      return ['issuer_wrong', { expected: [issuer].flat().join(', ') }]
    case 'audience_mismatch':
      return audience === undefined
        ? ['audience_unexpected', {}]
        : ['audience_wrong', { expected: [audience].flat().join(', ') }]
    case 'subject_invalid':
      return ['subject_not_text', {}]
    case 'token_id_invalid':
      return ['token_id_not_text', {}]
    default:
      return typeof value === 'string' ? ['time_as_text', {}] : ['claim_wrong', {}]
  }
}

const day = 24 * 60 * 60

function remark(claims: Claims, isProof: boolean, findings: Findings): void {
  const { exp, iat } = claims
  // A proof is good for one request, and its age is counted from `iat`.
  if (!Object.hasOwn(claims, 'exp')) !isProof && findings.warn('never_expires')
  else if (typeof exp === 'number' && typeof iat === 'number' && exp - iat > 30 * day && exp < 1e11) {
    findings.warn('long_lived', { life: lengthInWords(exp - iat) })
  }
  for (const claim of ['exp', 'nbf', 'iat', 'auth_time']) {
    const value = claims[claim]
    if (typeof value === 'number' && value >= 1e11 && value < 1e14) {
      findings.warn('time_in_milliseconds', {
        claim,
        year: new Date(value).getUTCFullYear() + yearsBeyond(value),
      })
    }
  }
  for (const claim of Object.keys(claims).filter(looksSecret)) findings.warn('secret_in_payload', { claim })
}

/** In which year such a NumericDate lies, beyond the year that was meant. */
function yearsBeyond(value: number): number {
  return Math.round((value - value / 1000) / (365.2425 * day))
}

/** Names under which people put what should not be in a token. Their values are not shown. */
export function looksSecret(name: string): boolean {
  return /pass(word|wd|phrase)|secret|private_?key|api_?key|^pwd$|^pin$/i.test(name)
}
