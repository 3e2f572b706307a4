import { malformed } from '../errors.ts'
import type { JsonObject } from '../json.ts'

const maxDepth = 32

/**
 * One JSON object, as strictly as `../json.ts`, whose speed comes from Buffers: UTF-8 without a byte order mark, no
 * member twice, finite numbers, at most 32 levels; frozen to the bottom. One table of hostile tokens tests both.
 */
export function parseJson(bytes: Uint8Array): JsonObject {
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
    // JSON.parse lets the last of two members with one name win: then the text, without its strings, has more colons
    // than the value has members.
    const members = text.replaceAll(/"(\\.|[^"\\])*"/g, '').split(':').length - 1
    if (
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      freeze(value, maxDepth) !== members
    ) {
      throw malformed()
    }
  } catch {
    throw malformed()
  }
  return value as JsonObject // just checked
}

/** Freeze `value` and all in it, down to `levels`. @returns the number of members of the objects. */
function freeze(value: object, levels: number): number {
  if (levels === 0) throw malformed()
  const values = Object.values(value)
  let members = Array.isArray(value) ? 0 : values.length
  for (const inner of values) {
    if (typeof inner === 'object' && inner !== null) members += freeze(inner, levels - 1)
    else if (typeof inner === 'number' && !Number.isFinite(inner)) throw malformed()
  }
  Object.freeze(value)
  return members
}
