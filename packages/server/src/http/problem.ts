import type { Refusal } from '../errors.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { proofAlgorithms, type Scheme } from './credentials.ts'
import { problems } from './problems.ts'

/** An answer that reports a failure, before it becomes a response. */
export interface Problem {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Readonly<Record<string, unknown>> | string
}

/** What a page that reports a failure is drawn from. */
export interface Failed {
  readonly status: number
  readonly code: RefusalCode | 'internal'
  readonly requestId: string
  readonly retryAfterSeconds?: number | undefined
}

interface ProblemDetails extends Problem {
  readonly body: Readonly<Record<string, unknown>>
}

/** Problem details (RFC 9457) for a refusal; the scheme is that of the request. */
export function problemOf(refusal: Refusal, requestId: string, scheme: Scheme = 'bearer'): ProblemDetails {
  const { status, title } = problems[refusal.code]
  return {
    status,
    headers: { ...headersOf(refusal, scheme), 'content-type': 'application/problem+json' },
    body: {
      type: `urn:latchkey:problem:${refusal.code}`,
      title,
      status,
      code: refusal.code,
      detail: refusal.message,
      requestId,
      ...(refusal.faults.length > 0 && { errors: refusal.faults }),
      ...refusal.members,
    },
  }
}

/** The same as a line of text, which is the form of errors in the Authorization API 1.0 (section 10.1.2). */
export function textErrorOf(refusal: Refusal, scheme: Scheme): Problem {
  const faults = refusal.faults.map(({ field, reason }) => `${field} ${reason}`).join('; ')
  return {
    status: textStatusOf(refusal.code),
    headers: { ...headersOf(refusal, scheme), ...asText },
    body: `${refusal.code}: ${refusal.message}${faults && ` (${faults})`}`,
  }
}

/** Its list of statuses knows no 415. */
export function textStatusOf(code: RefusalCode): number {
  return code === 'media_type_unsupported' ? 400 : problems[code].status
}

const asText = { 'content-type': 'text/plain; charset=utf-8' }

/** The error body that RFC 6749 section 5.2 fixes for the token endpoint. */
export function oauthErrorOf(refusal: Refusal): Problem {
  const error = oauthErrors[refusal.code] ?? 'invalid_request'
  // RFC 6749 section 5.2: of these only a client that does not authenticate is answered with 401.
  const status = error === 'invalid_grant' ? 400 : problems[refusal.code].status
  const { 'www-authenticate': challenge, ...headers } = headersOf(refusal, 'bearer')
  return {
    status,
    headers: {
      ...headers,
      ...(status === 401 && challenge !== undefined && { 'www-authenticate': challenge }),
      'content-type': 'application/json',
    },
    body: {
      error,
      error_description: refusal.message,
      ...refusal.members,
    },
  }
}

/** The same for a person in a browser. It is asked for no token, so there is no challenge. */
export function failedOf({ code, retryAfterSeconds }: Refusal, requestId: string): Failed {
  return { status: problems[code].status, code, requestId, retryAfterSeconds }
}

/** The response to an unexpected error: without details, but with the request id, by which the log is searched. */
export function internalProblem(requestId: string): Problem {
  return {
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: 'urn:latchkey:problem:internal',
      title: 'Something went wrong here',
      status: 500,
      code: 'internal',
      detail: 'the request could not be answered; the log of the server says why',
      requestId,
    },
  }
}

export const internalTextError: Problem = {
  status: 500,
  headers: asText,
  body: 'internal: the request could not be answered; the log of the server says why',
}

const oauthErrors: Partial<Record<RefusalCode, string>> = {
  client_invalid: 'invalid_client',
  credentials_invalid: 'invalid_grant',
  refresh_invalid: 'invalid_grant',
  refresh_reused: 'invalid_grant',
  grant_unsupported: 'unsupported_grant_type',
  scope_invalid: 'invalid_scope',
  details_invalid: 'invalid_authorization_details',
  // RFC 8693 section 2.2.2.
  subject_token_invalid: 'invalid_request',
  resource_unknown: 'invalid_target',
  assertion_invalid: 'invalid_grant',
  code_invalid: 'invalid_grant',
  grant_not_allowed: 'unauthorized_client',
  dpop_proof_invalid: 'invalid_dpop_proof',
  client_metadata_invalid: 'invalid_client_metadata',
  redirect_uri_invalid: 'invalid_redirect_uri',
  token_invalid: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  overloaded: 'temporarily_unavailable',
  stopping: 'temporarily_unavailable',
  storage_full: 'temporarily_unavailable',
  storage_unavailable: 'temporarily_unavailable',
}

function headersOf(refusal: Refusal, scheme: Scheme): Record<string, string> {
  const headers: Record<string, string> = {}
  const challenges = challengesOf(refusal, scheme)
  if (challenges) headers['www-authenticate'] = challenges
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds)
  return headers
}

/**
 * Every 401 has a challenge (RFC 9110 section 15.5.2), also where it is a password that was wrong. Both schemes are
 * offered, and what was wrong stands in the one that was used (RFC 9449 section 7.1).
 */
function challengesOf({ code, challenge = {} }: Refusal, scheme: Scheme): string | undefined {
  if (code === 'client_invalid') return 'Basic realm="latchkey"'
  const error = challengeErrors[code]
  if (error === undefined) return undefined
  const more = Object.entries(challenge)
    .map(([name, value]) => `, ${name}="${value}"`)
    .join('')
  const said = (of: Scheme) => (error !== '' && of === scheme ? `, error="${error}"${more}` : '')
  const algorithms = proofAlgorithms.join(' ')
  return `Bearer realm="latchkey"${said('bearer')}, DPoP realm="latchkey", algs="${algorithms}"${said('dpop')}`
}

/** RFC 6750 section 3.1: a request without a token is challenged, not told that it erred. */
const challengeErrors: Partial<Record<RefusalCode, string>> = {
  token_missing: '',
  credentials_invalid: '',
  refresh_invalid: '',
  refresh_reused: '',
  factor_required: '',
  challenge_invalid: '',
  passkey_unknown: '',
  insufficient_user_authentication: 'insufficient_user_authentication',
  authorization_malformed: 'invalid_request',
  token_invalid: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  token_revoked: 'invalid_token',
  token_unproven: 'invalid_dpop_proof',
  permission_missing: 'insufficient_scope',
}
