/**
 * The code of a {@link ClientError}:
 * - `signed_out`: nobody is signed in.
 * - `credentials_invalid`: the user name or the password is wrong.
 * - `issuer_unreachable`: the issuer did not answer. The session stands.
 * - `issuer_unavailable`: the issuer answered 429 or 5xx, or did so a moment ago. The session stands.
 * - `issuer_refused`: the issuer refused for another reason; `status` and `issuerCode` give it.
 * - `answer_invalid`: the answer is not one of the issuer's, for example the sign-in page of a hotspot.
 * - `origin_not_listed`: the origin of the request is not among `resources`.
 * - `closed`: the client is closed.
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

/** What the client rejects with. No message holds a token, a password or a URL. */
export class ClientError extends Error {
  readonly code: ClientErrorCode
  /** The HTTP status of the issuer's answer, if there was one. */
  readonly status: number | undefined
  /** The `code` of the issuer's problem details (RFC 9457), if it sent one. */
  readonly issuerCode: string | undefined
  /** After how many milliseconds to try again, if that is known. */
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
