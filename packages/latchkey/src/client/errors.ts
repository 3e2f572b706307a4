/**
 * Why the client could not do what it was asked:
 * - `signed_out`: nobody is signed in, or no longer.
 * - `credentials_invalid`: the issuer does not take this user name with this password.
 * - `issuer_unreachable`: no answer came. The session stands.
 * - `issuer_unavailable`: the issuer said, by 429 or 5xx, that it cannot answer now. The session stands.
 * - `issuer_refused`: any other refusal of the issuer; `status` and `issuerCode` say which.
 * - `answer_invalid`: something answered that is not the issuer, a hotspot's sign-in page for one.
 * - `origin_not_listed`: the request would take the token to an origin that the program has not named.
 * - `closed`: the client was closed.
 */
export type ClientErrorCode =
  | 'signed_out'
  | 'credentials_invalid'
  | 'issuer_unreachable'
  | 'issuer_unavailable'
  | 'issuer_refused'
  | 'answer_invalid'
  | 'origin_not_listed'
  | 'closed'

interface ClientErrorDetails {
  readonly status?: number | undefined
  readonly issuerCode?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** Every refusal of the client. No message holds a token, a password or a URL. */
export class ClientError extends Error {
  readonly code: ClientErrorCode
  /** The status of the issuer's answer, where there was one. */
  readonly status: number | undefined
  /** The `code` of the issuer's problem details (RFC 9457), where it sent one. */
  readonly issuerCode: string | undefined
  /** After how many milliseconds it makes sense to try again, where that is known. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ClientErrorCode,
    message: string,
    { status, issuerCode, retryAfterMs, cause }: ClientErrorDetails = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'ClientError'
    this.code = code
    this.status = status
    this.issuerCode = issuerCode
    this.retryAfterMs = retryAfterMs
  }
}
