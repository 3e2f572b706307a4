import { TokenError } from '../errors.ts'
import type { JsonObject } from '../json.ts'

const maxDepth = 32

/**
 * One JSON object, as strictly as `../json.ts`, whose speed comes from Buffers: UTF-8 without a byte order mark, no
 * member twice, finite numbers, at most 32 levels; frozen to the bottom. One table of hostile tokens tests both.
 */
export function parseJson(bytes: Uint8Array): JsonObject {
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const members = countMembers(text)
    value = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
    // JSON.parse lets the last of two members with one name win: then the text holds more than the value.
    if (freeze(value) !== members) throw malformed()
  } catch {
    throw malformed()
  }
  return value as JsonObject // just checked
}

function countMembers(text: string): number {
  let members = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (character === ':') {
      members++
    } else if (character === '{' || character === '[') {
      if (++depth > maxDepth) throw malformed()
    } else if (character === '}' || character === ']') {
      depth--
    }
  }
  return members
}

/** Freeze `value` and all in it. @returns the number of members of the objects. */
function freeze(value: object): number {
  const values = Object.values(value)
  let members = Array.isArray(value) ? 0 : values.length
  for (const inner of values) {
    if (typeof inner === 'object' && inner !== null) members += freeze(inner)
    else if (typeof inner === 'number' && !Number.isFinite(inner)) throw malformed()
  }
  Object.freeze(value)
  return members
}

function malformed(): TokenError {
  return new TokenError('token_malformed')
}
