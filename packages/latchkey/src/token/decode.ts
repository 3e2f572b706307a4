import { decode, defaultMaxLength, headerEnd, parseSegment, payloadEnd } from '#platform'
import { malformed } from './errors.ts'
import type { JsonObject } from './json.ts'

/** The parts of a token that nobody has verified. */
export interface UnverifiedToken {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly signature: Uint8Array
}

/**
 * What a token says, without verifying it: for debugging and for choosing where to ask, never to decide anything. At most
 * 16,384 characters.
 *
 * @throws {TokenError} `token_malformed` or `token_too_long`, by the same syntax as a verifier.
 * @example
 * ```ts
 * const { header, claims } = decodeUnverified(token)
 * ```
 */
export function decodeUnverified(token: string): UnverifiedToken {
  const dot = headerEnd(token, defaultMaxLength)
  const end = payloadEnd(token, dot)
  const header = parseSegment(token.slice(0, dot))
  const signature = decode(token.slice(end + 1))
  if (signature === undefined) throw malformed()
  return Object.freeze({ header, claims: parseSegment(token.slice(dot + 1, end)), signature })
}
