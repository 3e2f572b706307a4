/** Every reason for which a token is refused. Codes are API: they are only ever added to. */
export type TokenErrorCode = keyof typeof messages

/**
 * A token is refused. `code` says why and `claim` which claim, where one is to blame. The message is fixed
 * text: it never holds anything that came with the token, so it may be logged and shown.
 */
export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly claim?: string

  constructor(code: TokenErrorCode, { claim, cause }: { claim?: string; cause?: unknown } = {}) {
    super(messages[code], cause === undefined ? undefined : { cause })
    this.name = 'TokenError'
    this.code = code
    if (claim !== undefined) this.claim = claim
  }
}

const messages = {
  token_malformed: 'the token is not a well-formed compact JWS with a JSON object as claims',
  token_too_long: 'the token is longer than this verifier reads',
  signature_invalid: 'the signature does not belong to this token',
  algorithm_not_allowed: 'the token is not signed with the algorithm of any configured key',
  key_not_found: 'no configured key has the key id of the token',
  key_ambiguous: 'more than one configured key fits the token',
  type_mismatch: 'the token is of another type',
  critical_unknown: 'the token demands an extension that is not supported here',
  token_expired: 'the token has expired',
  token_not_yet_valid: 'the token is not valid yet',
  token_issued_in_future: 'the token says that it was issued in the future',
  token_too_old: 'the token was issued too long ago',
  issuer_mismatch: 'the token is from another issuer',
  audience_mismatch: 'the token is for another audience',
  subject_invalid: 'the subject of the token is not a string',
  token_id_invalid: 'the id of the token is not a string',
  claim_missing: 'the token lacks a required claim',
  claim_invalid: 'a claim of the token has a value that is not allowed',
  token_revoked: 'the token was revoked',
  key_set_unavailable: 'the key set cannot be read',
} as const
