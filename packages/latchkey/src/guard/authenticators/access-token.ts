import { TokenError, type TokenErrorCode } from '../../token/index.ts'
import { wholeText } from '../../whole-text.ts'
import type { RefusedFinding, TokenVerdict, VerifyAccessToken } from '../authenticator.ts'
import { IssuerMismatch } from '../issuers/discovery.ts'
import type { Issuers, TrustedIssuer } from '../issuers/issuers.ts'
import type { TokenFinding } from '../principal.ts'
import type { Refusal, RefusalDetails, Refuse } from '../refusal.ts'
import type { StatusVerdict } from '../revocations/status-lists.ts'

/** A longer one would be refused by the verifier; here it is the request that is at fault. */
const maxTokenLength = 16 * 1024

/** RFC 6750 section 2.1. */
const b64token = wholeText(/[\w\-.~+/]+=*/)

export function prepareAccessTokens(issuers: Issuers): VerifyAccessToken {
  function verifyNow(issuer: TrustedIssuer, token: string, refuse: Refuse): ReturnType<VerifyAccessToken> {
    const { statusLists } = issuer
    if (statusLists === undefined && issuer.isFeedLost())
      return refused(refusalFor(refuse, 'revocations_stale'))
    const finding = issuer.verify(token)
    if (!(finding instanceof Promise))
      return statusLists === undefined ? finding : withStatus(finding, issuer, refuse)
    return finding
      .then((found) => withStatus(found, issuer, refuse))
      .catch((error: unknown) => refusedBecause(error, token, refuse, issuer))
  }

  return (token, refuse) => {
    if (token.length > maxTokenLength) return refused(refusalFor(refuse, 'credentials_malformed'))
    let issuer: TrustedIssuer | undefined
    try {
      issuer = issuers.issuerOf(token)
      const known = issuer
      const starting = issuer.starting()
      if (starting === undefined) return verifyNow(issuer, token, refuse)
      return starting
        .then(() => verifyNow(known, token, refuse))
        .catch((error: unknown) => refusedBecause(error, token, refuse, known))
    } catch (error) {
      return refusedBecause(error, token, refuse, issuer ?? issuers)
    }
  }
}

/** Of a token that is good otherwise. A feed that is connected knows sooner what is revoked than any list. */
function withStatus(
  finding: TokenFinding,
  issuer: TrustedIssuer,
  refuse: Refuse,
): ReturnType<VerifyAccessToken> {
  if (issuer.statusLists === undefined || issuer.isFeedConnected()) return finding
  const verdict = issuer.statusLists.statusOf(finding.auth.claims)
  if (verdict instanceof Promise) return verdict.then((status) => judged(finding, status, issuer, refuse))
  return judged(finding, verdict, issuer, refuse)
}

function judged(
  finding: TokenFinding,
  verdict: StatusVerdict | undefined,
  issuer: TrustedIssuer,
  refuse: Refuse,
): TokenVerdict {
  if (verdict === 'valid') return finding
  if (verdict === undefined) {
    return issuer.isFeedLost() ? refused(refusalFor(refuse, 'revocations_stale')) : finding
  }
  return refused(refusalFor(refuse, statusReasons[verdict]))
}

const statusReasons = {
  revoked: 'token_revoked',
  malformed: 'status_invalid',
  unavailable: 'status_unavailable',
} as const

export function refused(refusal: Refusal): RefusedFinding {
  return { kind: 'refused', refusal }
}

function refusedBecause(
  error: unknown,
  token: string,
  refuse: Refuse,
  { expected }: Pick<TrustedIssuer, 'expected'>,
): RefusedFinding {
  if (!(error instanceof TokenError)) throw error
  // Asked only now: no verifier takes what the syntax forbids, and to look at every letter costs half of a good answer.
  if (!b64token.test(token)) return refused(refusalFor(refuse, 'credentials_malformed'))
  const { code, cause } = error
  if (cause instanceof IssuerMismatch) return refused(refusalFor(refuse, 'issuer_misconfigured', { cause }))
  const claim = code === 'type_mismatch' ? 'typ' : error.claim
  return refused(refusalFor(refuse, code, { claim, expected: expected(claim), cause }))
}

type Reason = keyof typeof descriptions

function refusalFor(refuse: Refuse, reason: Reason, forTheLog: Partial<RefusalDetails> = {}): Refusal {
  return refuse(errorOf(reason), {
    ...forTheLog,
    detail: descriptions[reason],
    reason,
    ...(reason === 'token_expired' ? { members: { reason: 'expired' } } : {}),
    ...(reason === 'token_revoked' ? { members: { reason: 'revoked' } } : {}),
  })
}

function errorOf(
  reason: Reason,
): 'invalid_request' | 'invalid_token' | 'temporarily_unavailable' | 'misconfigured' {
  if (reason === 'issuer_misconfigured') return 'misconfigured'
  if (reason === 'credentials_malformed') return 'invalid_request'
  // The holder of a valid token must not be signed out because the issuer cannot be reached.
  if (temporary.has(reason)) return 'temporarily_unavailable'
  return 'invalid_token'
}

const temporary: ReadonlySet<Reason> = new Set<Reason>([
  'key_set_unavailable',
  'revocations_stale',
  'status_unavailable',
])

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
  revocations_stale: 'Revocations cannot be checked',
  status_unavailable: 'The status of the token cannot be checked',
  status_invalid: 'The status of the token is not known',
  issuer_misconfigured: 'This server is configured wrongly',
  credentials_malformed: 'The Authorization header is malformed',
} as const satisfies Readonly<Record<TokenErrorCode, string>> & Readonly<Record<string, string>>
