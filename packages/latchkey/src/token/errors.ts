/** Every reason for which a token is refused. Codes are API: they are only ever added to. */
export type TokenErrorCode =
  // It is no well-formed compact JWS with a JSON object as claims.
  | 'token_malformed'
  // It is longer than this verifier reads.
  | 'token_too_long'
  | 'signature_invalid'
  // It is not signed with the algorithm of any configured key.
  | 'algorithm_not_allowed'
  // No configured key has its key id.
  | 'key_not_found'
  // More than one configured key fits.
  | 'key_ambiguous'
  // Its `typ` is another, or its payload is a token itself.
  | 'type_mismatch'
  // It demands an extension that is not supported here.
  | 'critical_unknown'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issued_in_future'
  | 'token_too_old'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'subject_invalid'
  | 'token_id_invalid'
  | 'claim_missing'
  | 'claim_invalid'
  | 'token_revoked'
  // The key set cannot be read, and none that is known may still be used.
  | 'key_set_unavailable'

/**
 * A token is refused. `code` says why and `claim` which claim, where one is to blame. The message says the same in
 * words: it never holds anything that came with the token, so it may be logged and shown.
 */
export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly claim?: string

  constructor(code: TokenErrorCode, { claim, cause }: { claim?: string; cause?: unknown } = {}) {
    const reason = code.replaceAll('_', ' ')
    super(claim ? `${reason}: ${claim}` : reason, cause ? { cause } : undefined)
    this.name = 'TokenError'
    this.code = code
    if (claim) this.claim = claim
  }
}

/** It is no well-formed token. */
export function malformed(): TokenError {
  return new TokenError('token_malformed')
}
