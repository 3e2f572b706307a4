/**
 * `npm run build:passwords -- BREACHED`: builds packages/server/data/common-passwords.bin, the passwords that nobody may
 * choose. Sources: the list `passwords-common` of @zxcvbn-ts/language-common (MIT), of which those count that are long
 * enough to be set; and BREACHED, a file of 8-byte prefixes of SHA-256 over lower-case passwords, made from the
 * ten-million list of danielmiessler/SecLists (MIT). The words themselves are in neither file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dictionary } from '@zxcvbn-ts/language-common'
import {
  type FuseFilter,
  filterKey,
  placesOf,
  writeFilter,
} from '../../packages/server/src/accounts/passwords/fuse-filter.ts'

/** The fewest characters that any password has: of those with a second factor beside it. */
const shortest = 8
const target = join(import.meta.dirname, '../../packages/server/data/common-passwords.bin')

/** Builds a filter that holds every one of the keys. */
export function buildFilter(keys: readonly bigint[]): FuseFilter {
  const members = [...new Set(keys)]
  const { segmentLength, length } = sizesFor(members.length)
  for (let seed = 1; seed <= 100; seed += 1) {
    const fingerprints = tryToBuild(members, { seed, segmentLength }, length)
    if (fingerprints) return { seed, segmentLength, fingerprints }
  }
  throw new Error(`no seed of a hundred suits these ${members.length} keys`)
}

/** The sizes of the authors' own implementation for three places a key. */
function sizesFor(count: number): { segmentLength: number; length: number } {
  const logarithm = Math.log(Math.max(count, 2))
  const segmentLength = 2 ** Math.min(18, Math.floor(logarithm / Math.log(3.33) + 2.25))
  const capacity = count * Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / logarithm)
  const segments = Math.max(1, Math.ceil(capacity / segmentLength) - 2)
  return { segmentLength, length: (segments + 2) * segmentLength }
}

/**
 * Takes away one key after the other that has a place to itself, then gives each such place, in the reverse order, the
 * value with which the three make the fingerprint. Undefined if some keys have no place to themselves.
 */
function tryToBuild(
  keys: readonly bigint[],
  layout: Pick<FuseFilter, 'seed' | 'segmentLength'>,
  length: number,
): Uint16Array | undefined {
  const found = keys.map((key) => placesOf(layout, length, key))
  const counts = new Uint32Array(length)
  /** The exclusive or of the numbers of all keys that have this place: of one key alone, its number. */
  const numbers = new Uint32Array(length)
  const toggle = (number: number, place: number, by: 1 | -1) => {
    counts[place]! += by
    numbers[place]! ^= number
  }
  for (const [number, { places }] of found.entries()) for (const place of places) toggle(number, place, 1)
  const single = [...counts.keys()].filter((place) => counts[place] === 1)
  const taken: { number: number; place: number }[] = []
  for (let place = single.pop(); place !== undefined; place = single.pop()) {
    if (counts[place] !== 1) continue
    const number = numbers[place]!
    taken.push({ number, place })
    for (const other of found[number]!.places) {
      toggle(number, other, -1)
      if (counts[other] === 1) single.push(other)
    }
  }
  if (taken.length < keys.length) return undefined
  const fingerprints = new Uint16Array(length)
  for (const { number, place } of taken.reverse()) {
    const { fingerprint, places } = found[number]!
    fingerprints[place] = places.reduce((sum, other) => sum ^ fingerprints[other]!, fingerprint)
  }
  return fingerprints
}

/** @throws {Error} if the file does not hold sorted 8-byte keys */
function readKeys(file: string): bigint[] {
  const bytes = readFileSync(file)
  const keys = Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => bytes.readBigUInt64BE(8 * at))
  const isSorted = keys.every((key, at) => at === 0 || key > keys[at - 1]!)
  if (keys.length === 0 || bytes.length % 8 !== 0 || !isSorted)
    throw new Error(`${file} does not hold sorted keys of 8 bytes`)
  return keys
}

function main([breached]: readonly string[]): void {
  if (breached === undefined) throw new Error('give the file of breached passwords')
  const common = dictionary['passwords-common'].filter((word) => [...word].length >= shortest)
  const filter = buildFilter([...common.map(filterKey), ...readKeys(breached)])
  const bytes = writeFilter(filter)
  writeFileSync(target, bytes)
  console.log(`${target}: ${bytes.length} bytes, seed ${filter.seed}`)
}

if (import.meta.main) main(process.argv.slice(2))
