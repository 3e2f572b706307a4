import { wholeText } from '../whole-text.ts'
import type { World } from '../world.ts'
import { crockford, crockfordAlphabet } from './base32.ts'

/** What an identifier names. The prefix is part of the identifier, so that a log line explains itself. */
export type IdentifierPrefix =
  | 'usr'
  | 'ses'
  | 'fam'
  | 'svc'
  | 'app'
  | 'shk'
  | 'key'
  | 'evt'
  | 'cmd'
  | 'req'
  | 'rev'
  | 'tel'
  | 'jti'
  | 'rgt'
  | 'prc'
  | 'grt'
  | 'mal'
  | 'adr'
  | 'idn'
  | 'rcr'
  | 'rgr'
  | 'pk'
  | 'stl'
  | 'bak'
  | 'alm'
  | 'sil'
  | 'sch'
  | 'whk'
  | 'whs'
  | 'msg'
  | 'cli'
  | 'sec'
  | 'wid'
  | 'apv'
  | 'str'

/**
 * `prefix_` and a UUIDv7 (RFC 9562 section 5.7) in Crockford base32: 26 characters that sort by time and, within one
 * process, in the order in which they were made.
 */
export function newIdentifier(prefix: IdentifierPrefix, world: World): string {
  const bytes = world.random(16)
  const { ms, count } = nextPlace(world, ((bytes[6]! & 0x0f) << 8) | bytes[7]!)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | count, 6)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return `${prefix}_${crockford(bytes)}`
}

interface Place {
  readonly ms: number
  /** The 12 bits behind the time: random for the first of a millisecond, then counting up (section 6.2, method 1). */
  readonly count: number
}

/** Where each world's identifiers have come to. It belongs to the world, and goes with it. */
const lastPlaces = new WeakMap<World, Place>()

/** A full millisecond runs over into the next. A clock that was set back by more than a second is believed. */
function nextPlace(world: World, random: number): Place {
  const now = world.now()
  const last = lastPlaces.get(world)
  let place: Place = { ms: now, count: random }
  if (last !== undefined && now <= last.ms && last.ms - now < 1000) {
    place = last.count < 0xfff ? { ms: last.ms, count: last.count + 1 } : { ms: last.ms + 1, count: random }
  }
  lastPlaces.set(world, place)
  return place
}

/** The smallest identifier that `newIdentifier` can make at `atMs`: a place in the order, for paging by time. */
export function firstIdentifierAt(prefix: IdentifierPrefix, atMs: number): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(Math.max(0, atMs), 0, 6)
  return `${prefix}_${crockford(bytes)}`
}

/** The largest identifier of a kind, which sorts after every one in the order of any language: z is the last digit. */
export function lastIdentifier(prefix: IdentifierPrefix): string {
  return `${prefix}_${crockfordAlphabet.at(-1)?.repeat(26)}`
}

export function isIdentifier(prefix: IdentifierPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && shape.test(text.slice(prefix.length + 1))
}
const shape = wholeText(new RegExp(`[${crockfordAlphabet}]{26}`))

/** When an identifier was made, in milliseconds since the epoch: the first 48 of its 128 bits. */
export function timeOf(identifier: string): number {
  let ms = 0
  // Ten digits are 50 bits.
  for (const digit of identifier.slice(-26, -16)) ms = ms * 32 + crockfordAlphabet.indexOf(digit)
  return Math.floor(ms / 4)
}
