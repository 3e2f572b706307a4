import type { TokenErrorCode } from '../token/index.ts'

/** The kinds of refusal, by the names of RFC 6750 section 3.1 and RFC 9470 section 3 where those have one. */
export type RefusalError = keyof typeof answers

/** Why exactly, for the log: never shown where it would help to guess. */
export type RefusalReason = TokenErrorCode | 'token_revoked' | 'principal_invalid' | 'revocations_stale'

/** A finished answer that says no. Any framework can send it. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Problem details (RFC 9457) with the members of RFC 6750. */
  readonly body: Readonly<Record<string, string | number>>
  readonly error: RefusalError
  readonly reason: RefusalReason | undefined
}

export interface RefusalDetails {
  readonly detail: string
  readonly reason?: RefusalReason
  /** More parameters of the challenge, repeated in the body. */
  readonly parameters?: Readonly<Record<string, string>>
  /** More members of the body. */
  readonly members?: Readonly<Record<string, string>>
}

export type Refuse = (error: RefusalError, details: RefusalDetails) => Refusal

/** `bare`: a challenge without `error`, for those who brought nothing (RFC 6750 section 3.1). */
const answers = {
  unauthorized: { status: 401, title: 'Unauthorized', challenge: 'bare' },
  invalid_request: { status: 400, title: 'Bad Request', challenge: 'error' },
  invalid_token: { status: 401, title: 'Unauthorized', challenge: 'error' },
  insufficient_scope: { status: 403, title: 'Forbidden', challenge: 'error' },
  insufficient_user_authentication: { status: 401, title: 'Unauthorized', challenge: 'error' },
  forbidden: { status: 403, title: 'Forbidden', challenge: 'none' },
  temporarily_unavailable: { status: 503, title: 'Service Unavailable', challenge: 'none' },
} as const

/** Make the function that writes refusals for one realm. Nothing of a request is ever repeated in them. */
export function prepareRefusals(realm: string, resourceMetadata: string | undefined): Refuse {
  const parts = [`realm="${quotable('realm', realm)}"`]
  if (resourceMetadata !== undefined) {
    parts.push(`resource_metadata="${quotable('resourceMetadata', resourceMetadata)}"`)
  }
  return (error, { detail, reason, parameters = {}, members = {} }) => {
    const { status, title, challenge } = answers[error]
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
    }
    if (status === 503) headers['retry-after'] = '5'
    if (challenge !== 'none') {
      const named = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
      const told = challenge === 'bare' ? [] : [`error="${error}"`, `error_description="${detail}"`, ...named]
      headers['www-authenticate'] = `Bearer ${[...parts, ...told].join(', ')}`
    }
    const body = {
      type: 'about:blank',
      title,
      status,
      error,
      error_description: detail,
      ...parameters,
      ...members,
    }
    return Object.freeze({
      status,
      headers: Object.freeze(headers),
      body: Object.freeze(body),
      error,
      reason,
    })
  }
}

/** What may stand between quotes in a header without escaping (RFC 6750 section 3 allows no more). */
function quotable(name: string, text: string): string {
  if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(text))
    throw new TypeError(`${name} holds characters that are not allowed`)
  return text
}

/** What a caller is told about a token that was refused. */
export const descriptions: Readonly<Record<TokenErrorCode, string>> = {
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
}
