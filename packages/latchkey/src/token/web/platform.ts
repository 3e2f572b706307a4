/** As `../platform.ts`, with nothing but what browsers, workers and Node all have. */
import { wholeText } from '../../whole-text.ts'
import { malformed, TokenError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { parseJson } from './json.ts'

const base64urlText = wholeText(/[\w-]*/)

export { parseJson }

export const defaultMaxLength = 16 * 1024

/** Base64url without padding (RFC 7515 section 2). */
export function encode(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Encode the UTF-8 of `text`. */
export function encodeText(text: string): string {
  return encode(new TextEncoder().encode(text))
}

/** @returns undefined for text that is not the one canonical spelling of some bytes. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!base64urlText.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return encode(bytes) === text ? bytes : undefined
}

/** The index of the first dot; see `../parse.ts`. */
export function headerEnd(token: unknown, maxLength: number): number {
  if (typeof token !== 'string') throw malformed()
  if (token.length > maxLength) throw new TokenError('token_too_long')
  if (/[+/\u0080-\uffff]/.test(token)) throw malformed()
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

/** The header or the claims, from their base64url: strict JSON, frozen. */
export function parseSegment(text: string): JsonObject {
  const bytes = decode(text)
  if (bytes === undefined) throw malformed()
  return parseJson(bytes)
}
