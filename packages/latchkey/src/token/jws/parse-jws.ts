import { wholeText } from '../../whole-text.ts'
import { decode } from '../base64url.ts'
import { malformed, TokenError } from '../errors.ts'
import { own } from '../header.ts'
import { type JsonObject, parseObject } from '../json.ts'
import { type FlattenedJws, type GeneralJws, protectedOnly } from './serializations.ts'

/** How a JWS is written (RFC 7515 section 7). */
export type JwsSerialization = 'compact' | 'flattened' | 'general'

/** A JWS of whatever serialization, taken apart. Nothing is verified. */
interface ParsedJws {
  readonly serialization: JwsSerialization
  /** As it was written; undefined if it is detached. */
  readonly payload: string | undefined
  readonly signatures: readonly ParsedSignature[]
}

export interface ParsedSignature {
  readonly encodedHeader: string
  readonly protectedHeader: JsonObject
  readonly unprotectedHeader: JsonObject | undefined
  readonly signature: Uint8Array
}

/** More signatures than anybody collects, and few enough public keys to try for one message. */
const maxSignatures = 16
const printableText = wholeText(/[\x20-\x7e]*/)

/**
 * Take a JWS apart by its syntax (RFC 7515 section 7, RFC 7797 section 5), strictly: canonical base64url, no
 * header parameter twice, neither within a header nor across the two, and `crit` and `b64` protected.
 */
export function parseJws(jws: unknown, maxLength: number): ParsedJws {
  if (typeof jws !== 'string') return parseJson(asObject(jws), maxLength)
  if (jws.length > maxLength) throw new TokenError('token_too_long')
  if (!/^[\t\n\r ]*\{/.test(jws)) return parseCompact(jws)
  const bytes = Buffer.from(jws)
  return parseJson(parseObject(bytes, bytes.length), maxLength)
}

function parseCompact(jws: string): ParsedJws {
  // More parts than three are not counted.
  const parts = jws.split('.', 4)
  if (parts.length !== 3) throw malformed()
  const [head = '', payload = '', encodedSignature = ''] = parts
  if (!printableText.test(payload)) throw malformed()
  const signature = parseSignature({ protected: head, signature: encodedSignature })
  return {
    serialization: 'compact',
    // Nothing between the dots is an empty payload or a detached one: who verifies knows which they expect.
    payload: payload === '' ? undefined : payload,
    signatures: [signature],
  }
}

function parseJson(jws: JsonObject, maxLength: number): ParsedJws {
  const payload = own(jws, 'payload')
  if (payload !== undefined && typeof payload !== 'string') throw malformed()
  if (payload !== undefined && payload.length > maxLength) throw new TokenError('token_too_long')
  const entries = own(jws, 'signatures')
  if (entries === undefined) {
    return { serialization: 'flattened', payload, signatures: [parseSignature(jws)] }
  }
  // RFC 7515 section 7.2.2: it is one or the other.
  for (const name of ['signature', 'protected', 'header']) {
    if (Object.hasOwn(jws, name)) throw malformed()
  }
  if (!Array.isArray(entries) || entries.length === 0) throw malformed()
  if (entries.length > maxSignatures) throw new TokenError('token_too_long')
  return {
    serialization: 'general',
    payload,
    signatures: entries.map((entry) => parseSignature(asObject(entry))),
  }
}

function parseSignature(entry: JsonObject | FlattenedJws | GeneralJws): ParsedSignature {
  const encodedHeader = own(entry as JsonObject, 'protected') ?? ''
  const encodedSignature = own(entry as JsonObject, 'signature')
  const unprotected = own(entry as JsonObject, 'header')
  if (typeof encodedHeader !== 'string' || typeof encodedSignature !== 'string') throw malformed()
  const signature = decode(encodedSignature)
  if (signature === undefined || signature.length === 0) throw malformed()
  const protectedHeader = encodedHeader === '' ? {} : parseProtected(encodedHeader)
  const unprotectedHeader = unprotected === undefined ? undefined : asObject(unprotected)
  for (const name of Object.keys(unprotectedHeader ?? {})) {
    // RFC 7515 section 7.2.1: the names of the two are disjoint, or two readers would see two headers.
    if (Object.hasOwn(protectedHeader, name)) throw malformed()
    if ((protectedOnly as readonly string[]).includes(name)) throw malformed()
  }
  return { encodedHeader, protectedHeader, unprotectedHeader, signature }
}

function parseProtected(encoded: string): JsonObject {
  const bytes = decode(encoded)
  if (bytes === undefined) throw malformed()
  return parseObject(bytes, bytes.length)
}

function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  return value as JsonObject // just checked
}
