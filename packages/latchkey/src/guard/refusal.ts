import type { ProofReason } from '../dpop/proof.ts'
import type { TokenErrorCode } from '../token/index.ts'
import { wholeText } from '../whole-text.ts'

/** The kinds of refusal, by the names of RFC 6750 section 3.1 and RFC 9470 section 3 where those have one. */
export type RefusalError = keyof typeof answers

/** The exact reason, for the log: never sent where it would help to guess. */
export type RefusalReason =
  | TokenErrorCode
  | 'revocations_stale'
  | 'status_invalid'
  | 'status_unavailable'
  | 'issuer_misconfigured'
  | 'credentials_malformed'
  | 'credentials_ambiguous'
  | 'credentials_unknown'
  | 'credentials_in_clear'
  | 'failures_too_many'
  | 'session_unknown'
  | 'csrf_failed'
  | 'token_bound'
  | 'token_not_bound'
  | ProofReason

/** A finished answer that refuses a request. Any framework can send it. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Problem details (RFC 9457) with the members of RFC 6750. */
  readonly body: Readonly<Record<string, string | number>>
  /** `body` as JSON, to be sent as it is. */
  readonly text: string
  readonly error: RefusalError
  readonly reason: RefusalReason | undefined
  /** The claim, or the property of the principal, that is to blame, for the log. Never sent. */
  readonly claim: string | undefined
  /** What it should have been, for the log. Never sent. */
  readonly expected: unknown
  /** The error behind it, for the log: why keys cannot be fetched. Never sent. */
  readonly cause: unknown
}

/** What one refusal says besides its kind. */
export interface RefusalDetails {
  readonly detail: string
  readonly reason?: RefusalReason
  /** For the log alone; see `Refusal`. */
  readonly claim?: string | undefined
  readonly expected?: unknown
  readonly cause?: unknown
  /** More parameters of the challenge, repeated in the body. */
  readonly parameters?: Readonly<Record<string, string>>
  /** More members of the body. */
  readonly members?: Readonly<Record<string, string>>
  /** More headers, a nonce for the next request for one. */
  readonly headers?: Readonly<Record<string, string>>
  /** Another scheme whose challenge tells the error as well. */
  readonly alsoToldIn?: string
}

/** Makes a finished refusal of one kind. */
export type Refuse = (error: RefusalError, details: RefusalDetails) => Refusal

/** What one authenticator asks for in `WWW-Authenticate` (RFC 9110 section 11.3). */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
  /** Whether RFC 9728 section 5.1 belongs into it: the URL of the metadata of this resource. */
  readonly announcesMetadata: boolean
}

/** The URL of the metadata, and whether anybody answers there yet. */
export interface Announcement {
  readonly url: string | undefined
  isServed: boolean
}

/** `bare`: a challenge without `error`, for requests without credentials (RFC 6750 section 3.1). */
const answers = {
  unauthorized: { status: 401, title: 'Unauthorized', challenge: 'bare' },
  invalid_request: { status: 400, title: 'Bad Request', challenge: 'error' },
  invalid_token: { status: 401, title: 'Unauthorized', challenge: 'error' },
  // Of what is no token: HTTP has no word for it, so the challenges say only what can be brought.
  invalid_credentials: { status: 401, title: 'Unauthorized', challenge: 'bare' },
  // RFC 9449 sections 7.1 and 9.
  invalid_dpop_proof: { status: 401, title: 'Unauthorized', challenge: 'error' },
  use_dpop_nonce: { status: 401, title: 'Unauthorized', challenge: 'error' },
  insufficient_scope: { status: 403, title: 'Forbidden', challenge: 'error' },
  insufficient_user_authentication: { status: 401, title: 'Unauthorized', challenge: 'error' },
  forbidden: { status: 403, title: 'Forbidden', challenge: 'none' },
  csrf_failed: { status: 403, title: 'Forbidden', challenge: 'none' },
  rate_limited: { status: 429, title: 'Too Many Requests', challenge: 'none' },
  not_found: { status: 404, title: 'Not Found', challenge: 'none' },
  misconfigured: { status: 500, title: 'Internal Server Error', challenge: 'none' },
  temporarily_unavailable: { status: 503, title: 'Service Unavailable', challenge: 'none' },
} as const

/** Of the statuses that `compat` gives to other errors. */
const titles: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden' }

/** A script in a browser sees none of these without being allowed to (Fetch Standard, section 3.3.3). */
const exposedHeaders = 'WWW-Authenticate, DPoP-Nonce, Retry-After'
const tokenSyntax = wholeText(/[!#$%&'*+\-.^_`|~\w]+/)
const quotableText = wholeText(/[\x20\x21\x23-\x5b\x5d-\x7e]+/)

/**
 * Make the function that writes refusals. All of `challenges` are sent (RFC 9110 section 15.5.2); the error stands
 * in `own`, the challenge of the authenticator that judged the credentials. Nothing of a request is ever repeated.
 */
export function prepareRefusals(
  challenges: readonly Challenge[],
  own: Challenge | undefined,
  announcement: Announcement,
  statusOf: (error: RefusalError) => number = usualStatus,
): Refuse {
  return (error, details) => {
    const { detail, reason, parameters = {}, members = {}, headers = {}, alsoToldIn } = details
    const { challenge } = answers[error]
    const status = statusOf(error)
    const title = titles[status] ?? answers[error].title
    quotable('detail', detail)
    for (const [name, value] of Object.entries(parameters)) quotable(name, value)
    const told = challenge === 'bare' ? {} : { error, error_description: detail, ...parameters }
    const body = Object.freeze({
      type: 'about:blank',
      title,
      status,
      error,
      error_description: detail,
      ...parameters,
      ...members,
    })
    const text = JSON.stringify(body)

    const headersWith = (metadata: string | undefined) => {
      const written = challenges.map((one) =>
        writtenAs(one, one === own || one.scheme === alsoToldIn ? told : {}, metadata),
      )
      return Object.freeze({
        ...headers,
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        'content-length': String(new TextEncoder().encode(text).length),
        'access-control-expose-headers': exposedHeaders,
        ...(status === 503 ? { 'retry-after': '5' } : {}),
        ...(challenge === 'none' || written.length === 0 ? {} : { 'www-authenticate': written.join(', ') }),
      })
    }
    const plain = headersWith(undefined)
    const announced = headersWith(announcement.url)
    return Object.freeze({
      status,
      // Routes are often guarded before the metadata is mounted.
      get headers() {
        return announcement.isServed ? announced : plain
      },
      body,
      text,
      error,
      reason,
      claim: details.claim,
      expected: details.expected,
      cause: details.cause,
    })
  }
}

export function usualStatus(error: RefusalError): number {
  return answers[error].status
}

function writtenAs(
  { scheme, parameters, announcesMetadata }: Challenge,
  told: Readonly<Record<string, string>>,
  metadata: string | undefined,
): string {
  const all = {
    ...parameters,
    ...(announcesMetadata && metadata !== undefined ? { resource_metadata: metadata } : {}),
    ...told,
  }
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return written.length === 0 ? scheme : `${scheme} ${written.join(', ')}`
}

/** A challenge that can be written as it is. A TypeError for one that cannot. */
export function checkChallenge({ scheme, parameters }: Challenge): void {
  // RFC 9110 section 5.6.2.
  const isName = (text: unknown) => typeof text === 'string' && tokenSyntax.test(text)
  if (!isName(scheme)) throw new TypeError('the scheme of a challenge is a name')
  for (const [name, value] of Object.entries(parameters)) {
    if (!isName(name)) throw new TypeError('the parameters of a challenge have names')
    quotable(name, value)
  }
}

/** What may stand between quotes in a header without escaping (RFC 6750 section 3 allows no more). */
export function quotable(name: string, text: unknown): string {
  if (typeof text !== 'string' || !quotableText.test(text))
    throw new TypeError(`${name} holds characters that are not allowed`)
  return text
}
