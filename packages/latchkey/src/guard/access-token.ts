import { TokenError, type TokenErrorCode, type VerifiedClaims } from '../token/index.ts'
import type { Finding } from './authenticator.ts'
import type { Issuers, TrustedIssuer } from './issuers.ts'
import { principalOf } from './principal.ts'
import type { Refusal, Refuse } from './refusal.ts'

/** A longer one would be refused by the verifier; here it is the request that is at fault. */
const maxTokenLength = 16 * 1024

/** RFC 6750 section 2.1. */
const b64token = /^[\w\-.~+/]+=*$/

/**
 * Who an access token speaks for, by the issuers and revocations of a guard, wherever in the request it stood.
 * Whether it is bound to a key (`cnf`, RFC 7800) is for the caller to look at.
 */
export type VerifyAccessToken = (token: string, refuse: Refuse) => Finding | Promise<Finding>

/** `remembers`: whether the verifiers do, see `GuardOptions.cache`. */
export function prepareAccessTokens(issuers: Issuers, remembers: boolean): VerifyAccessToken {
  // The verifier gives the same claims for a token that it remembers, so they name what was made of them.
  const findings = new WeakMap<VerifiedClaims, Finding>()

  function find(issuer: TrustedIssuer, claims: VerifiedClaims, token: string, refuse: Refuse): Finding {
    if (issuer.revocations.isRevoked(claims)) return refused(refusalFor(refuse, 'token_revoked'))
    const known = findings.get(claims)
    if (known !== undefined) return known
    const auth = principalOf(claims, token)
    if (auth === undefined) return refused(refusalFor(refuse, 'principal_invalid'))
    const finding: Finding = Object.freeze({ kind: 'allowed', auth })
    if (remembers) findings.set(claims, finding)
    return finding
  }

  function verifyNow(issuer: TrustedIssuer, token: string, refuse: Refuse): Finding | Promise<Finding> {
    if (issuer.isFeedLost()) return refused(refusalFor(refuse, 'revocations_stale'))
    const claims = issuer.verify(token)
    if (!(claims instanceof Promise)) return find(issuer, claims, token, refuse)
    return claims
      .then((fetched) => find(issuer, fetched, token, refuse))
      .catch((error: unknown) => refusedBecause(error, token, refuse))
  }

  return (token, refuse) => {
    if (token.length > maxTokenLength) return refused(refusalFor(refuse, 'credentials_malformed'))
    try {
      const issuer = issuers.issuerOf(token)
      const starting = issuer.starting()
      if (starting === undefined) return verifyNow(issuer, token, refuse)
      return starting
        .then(() => verifyNow(issuer, token, refuse))
        .catch((error: unknown) => refusedBecause(error, token, refuse))
    } catch (error) {
      return refusedBecause(error, token, refuse)
    }
  }
}

export function refused(refusal: Refusal): Finding {
  return { kind: 'refused', refusal }
}

function refusedBecause(error: unknown, token: string, refuse: Refuse): Finding {
  if (!(error instanceof TokenError)) throw error
  // Asked only now: no verifier takes what the syntax forbids, and to look at every letter costs half of a good answer.
  return refused(refusalFor(refuse, b64token.test(token) ? error.code : 'credentials_malformed'))
}

type Reason = keyof typeof descriptions

function refusalFor(refuse: Refuse, reason: Reason): Refusal {
  return refuse(errorOf(reason), {
    detail: descriptions[reason],
    reason,
    ...(reason === 'token_expired' ? { members: { reason: 'expired' } } : {}),
    ...(reason === 'token_revoked' ? { members: { reason: 'revoked' } } : {}),
  })
}

function errorOf(reason: Reason): 'invalid_request' | 'invalid_token' | 'temporarily_unavailable' {
  if (reason === 'credentials_malformed') return 'invalid_request'
  // Whoever holds a good token must not be signed out because somebody else cannot be reached.
  if (reason === 'key_set_unavailable' || reason === 'revocations_stale') return 'temporarily_unavailable'
  return 'invalid_token'
}

/** What a caller is told about a token that was refused. */
const descriptions = {
  token_malformed: 'The token is malformed',
  token_too_long: 'The token is too long',
  signature_invalid: 'The signature is invalid',
  algorithm_not_allowed: 'The algorithm of the token is not allowed',
  key_not_found: 'The key of the token is not known',
  key_ambiguous: 'The key of the token is not known',
  type_mismatch: 'The token is of another type',
  critical_unknown: 'The token demands an unknown extension',
  token_expired: 'The token is expired',
  token_not_yet_valid: 'The token is not valid yet',
  token_issued_in_future: 'The token is not valid yet',
  token_too_old: 'The token is too old',
  issuer_mismatch: 'The token is from another issuer',
  audience_mismatch: 'The token is for another audience',
  subject_invalid: 'A claim of the token is invalid',
  token_id_invalid: 'A claim of the token is invalid',
  claim_missing: 'The token lacks a claim',
  claim_invalid: 'A claim of the token is invalid',
  token_revoked: 'The token was revoked',
  key_set_unavailable: 'The keys to check tokens with are not available',
  principal_invalid: 'A claim of the token is invalid',
  revocations_stale: 'Revocations cannot be checked',
  credentials_malformed: 'The Authorization header is malformed',
} as const satisfies Readonly<Record<TokenErrorCode, string>> & Readonly<Record<string, string>>
