import { isUtf8 } from 'node:buffer'
import { malformed } from './errors.ts'

/** An object that was read from JSON. Frozen, with all in it. */
export type JsonObject = { readonly [name: string]: unknown }

/** Deeper nesting than any claim needs, and shallow enough for everyone who walks over the result. */
const maxDepth = 32

/**
 * Parse the first `length` of `bytes` as one JSON object, strictly: UTF-8 without a byte order mark, no member
 * twice in one object (RFC 7515 section 4, RFC 8725 section 2.6), numbers that a double can hold, at most 32
 * levels. The result is frozen to the bottom. A member named `__proto__` is an ordinary own property.
 */
export function parseObject(bytes: Buffer, length: number): JsonObject {
  const { members, ascii } = survey(bytes, length)
  const text = bytes.toString(ascii ? 'latin1' : 'utf8', 0, length)
  // Invalid UTF-8 decodes to U+FFFD, which a text may also honestly hold.
  if (!ascii && text.includes('\ufffd') && !isUtf8(bytes.subarray(0, length))) throw malformed()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || freeze(value) !== members) {
    throw malformed()
  }
  return value as JsonObject // just checked
}

/**
 * Count the members written in the text. JSON.parse lets the last of two members with one name win, so that
 * two parsers could read one token differently; a member was written twice exactly if the text holds more
 * members than the value. One pass over the bytes, 0.2 us for ten claims, where collecting names takes 1 us.
 */
function survey(bytes: Buffer, length: number): { members: number; ascii: boolean } {
  let members = 0
  let depth = 0
  let seen = 0
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!
    if (byte === 0x22) {
      for (i++; i < length; i++) {
        const inside = bytes[i]!
        seen |= inside
        if (inside === 0x5c) i++
        else if (inside === 0x22) break
      }
    } else if (byte === 0x3a) {
      members++
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) throw malformed()
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--
    }
    seen |= byte
  }
  return { members, ascii: (seen & 0x80) === 0 }
}

/** Freeze `value` and all in it. @returns the number of members of the objects. */
function freeze(value: object): number {
  let members = 0
  const values = Object.values(value)
  if (!Array.isArray(value)) members = values.length
  for (const inner of values) {
    if (typeof inner === 'object' && inner !== null) members += freeze(inner)
    else if (typeof inner === 'number' && !Number.isFinite(inner)) throw malformed()
  }
  Object.freeze(value)
  return members
}
