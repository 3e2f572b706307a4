import { decode, defaultMaxLength, headerEnd, parseSegment, payloadEnd } from '#platform'
import { TokenError } from './errors.ts'
import type { JsonObject } from './json.ts'

/** The contents of a token that nobody has verified. */
export interface UnverifiedToken {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly signature: Uint8Array
}

/**
 * The contents of a token, not verified: for debugging and to choose an issuer, never to decide anything.
 *
 * @example
 * const { header, claims } = decodeUnverified(token)
 *
 * @throws {TokenError} `token_malformed` or `token_too_long`; the syntax is checked as a verifier checks it.
 */
export function decodeUnverified(token: string): UnverifiedToken {
  const dot = headerEnd(token, defaultMaxLength)
  const end = payloadEnd(token, dot)
  const header = parseSegment(token.slice(0, dot))
  const signature = decode(token.slice(end + 1))
  if (signature === undefined) throw new TokenError('token_malformed')
  return Object.freeze({ header, claims: parseSegment(token.slice(dot + 1, end)), signature })
}
