import { decodeInto, isPlain } from './base64url.ts'
import { malformed, TokenError } from './errors.ts'
import { type JsonObject, parseObject } from './json.ts'
import type { PayloadShape } from './payload-shape.ts'

/** Longer than any access token that fits in a request header, and little to hash for nothing. */
export const defaultMaxLength = 16 * 1024

/**
 * Refuse what cannot be a compact JWS (RFC 7515 section 3.1) before a byte is decoded or copied.
 * @returns the index of the first dot, -1 if there is none, which `payloadEnd` refuses.
 */
export function headerEnd(token: unknown, maxLength: number): number {
  if (typeof token !== 'string') throw malformed()
  if (token.length > maxLength) throw new TokenError('token_too_long')
  if (!isPlain(token)) throw malformed()
  return token.indexOf('.')
}

/** The index of the second dot of three parts, of which neither the second nor the third is empty. */
export function payloadEnd(token: string, headerEnd: number): number {
  const end = token.indexOf('.', headerEnd + 1)
  if (end < headerEnd + 2 || end === token.length - 1 || token.indexOf('.', end + 1) !== -1) {
    throw malformed()
  }
  return end
}

const scratch = Buffer.alloc((defaultMaxLength * 3) / 4)

/**
 * The header or the claims, from their base64url: strict JSON, frozen. `text` is part of a token that `headerEnd` has
 * looked at. `shape` makes it faster where many are alike.
 */
export function parseSegment(text: string, shape?: PayloadShape): JsonObject {
  const target = text.length <= defaultMaxLength ? scratch : Buffer.alloc(text.length)
  const length = decodeInto(target, text)
  if (length === -1) throw malformed()
  const known = shape?.parse(target, length)
  if (known !== undefined) return known
  const claims = parseObject(target, length)
  shape?.learn(claims)
  return claims
}
