import { createHash } from 'node:crypto'
import { endianness } from 'node:os'

/**
 * A binary fuse filter (Graf and Lemire, "Binary Fuse Filters", 2022): three places in a table for each key, whose
 * fingerprints together give the fingerprint of the key. It holds a set in 18 bits a member. A member is always found;
 * anything else is found once in 65,536 times.
 */
export interface FuseFilter {
  /** Chosen by the builder: with another seed the same keys have other places. */
  readonly seed: number
  /** A power of two. The three places of a key lie in three segments that follow one another. */
  readonly segmentLength: number
  readonly fingerprints: Uint16Array
}

/** The first eight bytes of the SHA-256 of a text in lower case, as a number: the key under which a filter holds it. */
export function filterKey(text: string): bigint {
  return createHash('sha256').update(text.toLowerCase()).digest().readBigUInt64BE()
}

/** False for every text that is not in the set, but for one in 65,536. */
export function isInFilter(filter: FuseFilter, key: bigint): boolean {
  const { fingerprint, places } = placesOf(filter, filter.fingerprints.length, key)
  return places.reduce((sum, place) => sum ^ (filter.fingerprints[place] ?? 0), fingerprint) === 0
}

/** Where a key stands in a table of `length` places, and the 16 bits that its places together make. */
export function placesOf(
  { seed, segmentLength }: Pick<FuseFilter, 'seed' | 'segmentLength'>,
  length: number,
  key: bigint,
): { fingerprint: number; places: readonly [number, number, number] } {
  const hash = mixed((key + BigInt(seed)) & mask64)
  const mask = BigInt(segmentLength - 1)
  const firsts = BigInt(length - 2 * segmentLength)
  // The high bits choose the first place; others of the same hash choose within the two segments behind.
  const first = (hash * firsts) >> 64n
  const second = (first + BigInt(segmentLength)) ^ ((hash >> 18n) & mask)
  const third = (first + BigInt(2 * segmentLength)) ^ (hash & mask)
  return {
    fingerprint: Number((hash ^ (hash >> 32n)) & 0xffffn),
    places: [Number(first), Number(second), Number(third)],
  }
}

const mask64 = 0xffff_ffff_ffff_ffffn

/** The finalizer of MurmurHash3: every bit of the key changes half of the bits. */
function mixed(key: bigint): bigint {
  let bits = key
  bits = ((bits ^ (bits >> 33n)) * 0xff51_afd7_ed55_8ccdn) & mask64
  bits = ((bits ^ (bits >> 33n)) * 0xc4ce_b9fe_1a85_ec53n) & mask64
  return bits ^ (bits >> 33n)
}

const headerLength = 16
const magic = 'LKF1'

/**
 * As a file: `LKF1`; the seed, the segment length and the number of fingerprints in four bytes each; the fingerprints. All
 * numbers are big-endian.
 */
export function writeFilter({ seed, segmentLength, fingerprints }: FuseFilter): Buffer {
  const bytes = Buffer.alloc(headerLength + 2 * fingerprints.length)
  bytes.write(magic, 'latin1')
  bytes.writeUInt32BE(seed, 4)
  bytes.writeUInt32BE(segmentLength, 8)
  bytes.writeUInt32BE(fingerprints.length, 12)
  for (const [at, fingerprint] of fingerprints.entries())
    bytes.writeUInt16BE(fingerprint, headerLength + 2 * at)
  return bytes
}

/** @throws {Error} if the bytes are no filter, or only a part of one */
export function readFilter(bytes: Buffer): FuseFilter {
  const isFilter = bytes.toString('latin1', 0, magic.length) === magic && bytes.length >= headerLength
  const length = isFilter ? bytes.readUInt32BE(12) : 0
  if (!isFilter || bytes.length !== headerLength + 2 * length) throw new Error('this is no filter')
  // A copy, which begins at an even place in memory, in the order of bytes of this machine.
  const body = Buffer.from(Uint8Array.from(bytes.subarray(headerLength)).buffer)
  if (endianness() === 'LE') body.swap16()
  const fingerprints = new Uint16Array(body.buffer, body.byteOffset, length)
  return { seed: bytes.readUInt32BE(4), segmentLength: bytes.readUInt32BE(8), fingerprints }
}
