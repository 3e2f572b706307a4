/**
 * The code of a {@link ClientError}:
 * - `signed_out`: nobody is signed in.
 * - `credentials_invalid`: the user name or the password is wrong.
 * - `factor_required`: the password is right, and the account asks for a second factor; `challenge` says which.
 * - `code_wrong`: the code is wrong, or was used before. The challenge stands for a few more.
 * - `challenge_invalid`: the second step took too long, or too many codes were wrong; sign in again.
 * - `passkey_unknown`: the issuer knows no such passkey, for example because it was removed there.
 * - `passkey_refused`: the issuer knows the passkey, and does not take its answer.
 * - `flow_unknown`: the answer belongs to no sign-in that this tab or program has begun, or came a second time.
 * - `flow_expired`: the sign-in took too long; begin again.
 * - `issuer_mismatch`: the answer says that it is of another issuer, or does not say of which (RFC 9207).
 * - `access_denied`: the person did not let the application in.
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
  | 'factor_required'
  | 'code_wrong'
  | 'challenge_invalid'
  | 'passkey_unknown'
  | 'passkey_refused'
  | 'flow_unknown'
  | 'flow_expired'
  | 'issuer_mismatch'
  | 'access_denied'
  | 'issuer_unreachable'
  | 'issuer_unavailable'
  | 'issuer_refused'
  | 'answer_invalid'
  | 'origin_not_listed'
  | 'closed'

/**
 * What a passkey is asked with: the JSON form of WebAuthn level 3, which `PublicKeyCredential.parseRequestOptionsFromJSON` takes.
 * The arrays are as the platform's types have them.
 */
export interface PasskeyOptions {
  /** In base64url. The issuer takes one answer to it. */
  readonly challenge: string
  /** How long the challenge lives, in milliseconds. */
  readonly timeout?: number
  readonly rpId?: string
  /** Empty if the person chooses among all that they have. */
  readonly allowCredentials?: { id: string; type: string; transports?: string[] }[]
  readonly userVerification?: string
}

/**
 * What a passkey is made by: the JSON form of WebAuthn level 3, which `PublicKeyCredential.parseCreationOptionsFromJSON` takes. The arrays
 * are as the platform's types have them.
 */
export interface NewPasskeyOptions {
  /** In base64url. The issuer takes one passkey for it. */
  readonly challenge: string
  readonly rp: { id?: string; name: string }
  readonly user: { id: string; name: string; displayName: string }
  readonly pubKeyCredParams: { alg: number; type: 'public-key' }[]
  /** How long the challenge lives, in milliseconds. */
  readonly timeout?: number
  readonly excludeCredentials?: { id: string; type: string; transports?: string[] }[]
  readonly authenticatorSelection?: object
  readonly attestation?: string
}

/** The second step that a sign-in asks for. */
export interface FactorChallenge {
  /** What `answer` and `enrol` take. It stands for the password that was right, for a few minutes. */
  readonly id: string
  /**
   * What may be proven: `passkey`, `authenticator`, `recovery_code`; or `mailed_code`, which was sent because the account has never
   * signed in from there. Empty if the account has no factor yet.
   */
  readonly factors: readonly string[]
  /** What a passkey of the account is asked with, if it has one. */
  readonly passkey: PasskeyOptions | undefined
  /** Of a mailed code, where it went, as far as that is shown: `a…@example.com`. */
  readonly sentTo: string | undefined
  /**
   * What may be enrolled, which the account has to do before there is a session: `passkey`, `authenticator`. Empty if it has a factor.
   */
  readonly enrol: readonly string[]
  /** What a passkey is made by, where one may be enrolled. */
  readonly newPasskey: NewPasskeyOptions | undefined
  readonly expiresInSeconds: number
}

interface ClientErrorDetails {
  readonly status?: number | undefined
  readonly issuerCode?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly challenge?: FactorChallenge | undefined
  readonly cause?: unknown
}

/** What the client rejects with. No message holds a token, a password or a URL. */
export class ClientError extends Error {
  readonly code: ClientErrorCode
  /** The HTTP status of the issuer's answer, if there was one. */
  readonly status: number | undefined
  /** The `code` of the issuer's problem details (RFC 9457), or the `error` of an OAuth endpoint, if it sent one. */
  readonly issuerCode: string | undefined
  /** After how many milliseconds to try again, if that is known. */
  readonly retryAfterMs: number | undefined
  /** With `factor_required`, the second step of the sign-in. */
  readonly challenge: FactorChallenge | undefined

  constructor(
    code: ClientErrorCode,
    message: string,
    { status, issuerCode, retryAfterMs, challenge, cause }: ClientErrorDetails = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'ClientError'
    this.code = code
    this.status = status
    this.issuerCode = issuerCode
    this.retryAfterMs = retryAfterMs
    this.challenge = challenge
  }
}
