import { hash } from 'node:crypto'

/**
 * The Merkle tree of RFC 6962 section 2.1. A tree is read through {@link ReadNode}, so that proofs can be
 * made from what is stored, and checked from what was sent.
 */

/** The hash of a perfect subtree: of the leaves from `index * 2 ** height` on, `2 ** height` of them. */
export type ReadNode = (height: number, index: number) => Buffer

export const hashBytes = 32

/** The root of a tree without leaves: the hash of nothing. */
export const emptyRoot = hash('sha256', '', 'buffer')

export function hashLeaf(entry: Buffer): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, entry]), 'buffer')
}
const leafPrefix = Buffer.from([0])

export function hashNode(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer')
}
const nodePrefix = Buffer.from([1])

/** The root of the tree of the first `size` leaves. */
export function rootOf(read: ReadNode, size: number): Buffer {
  return size === 0 ? emptyRoot : hashOfRange(read, 0, size)
}

/** Section 2.1.1: what leads from leaf `index` to the root of the first `size` leaves, its sibling first. */
export function inclusionProof(read: ReadNode, index: number, size: number): Buffer[] {
  const proof: Buffer[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      proof.push(hashOfRange(read, middle, end))
      end = middle
    } else {
      proof.push(hashOfRange(read, start, middle))
      start = middle
    }
  }
  return proof.reverse()
}

/** Section 2.1.2: that the tree of the first `oldSize` leaves is the beginning of that of `size`. */
export function consistencyProof(read: ReadNode, oldSize: number, size: number): Buffer[] {
  if (oldSize === 0 || oldSize === size) return []
  const proof: Buffer[] = []
  let [start, end] = [0, size]
  let isWhole = true
  while (end !== oldSize) {
    const middle = start + splitOf(end - start)
    if (oldSize <= middle) {
      proof.push(hashOfRange(read, middle, end))
      end = middle
    } else {
      proof.push(hashOfRange(read, start, middle))
      start = middle
      isWhole = false
    }
  }
  if (!isWhole) proof.push(hashOfRange(read, start, end))
  return proof.reverse()
}

/** Whether the proof leads from the leaf to the root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  { leaf, index, size, root }: { leaf: Buffer; index: number; size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (!isPlace(index) || !isPlace(size) || index >= size) return false
  let [at, last, found] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      found = hashNode(sibling, found)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      found = hashNode(found, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && found.equals(root)
}

/** A tree as its checkpoint tells of it. */
export interface TreeHead {
  readonly size: number
  readonly root: Buffer
}

/** Whether the proof shows that the old tree is the beginning of the new one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(old: TreeHead, current: TreeHead, proof: readonly Buffer[]): boolean {
  if (!isPlace(old.size) || !isPlace(current.size) || old.size > current.size) return false
  if (old.size === current.size) return proof.length === 0 && old.root.equals(current.root)
  if (old.size === 0) return proof.length === 0 && old.root.equals(emptyRoot)
  let [at, last] = [old.size - 1, current.size - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  // A tree whose size is a power of two is a node of the other, and needs no hash that tells it.
  const rest = at === 0 ? [old.root, ...proof] : [...proof]
  const first = rest.shift()
  if (first === undefined) return false
  let [oldRoot, root] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldRoot = hashNode(sibling, oldRoot)
      root = hashNode(sibling, root)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      root = hashNode(root, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && oldRoot.equals(old.root) && root.equals(current.root)
}

/** Of leaves from `start` up to `end`, a range that stands in the tree of some size. */
function hashOfRange(read: ReadNode, start: number, end: number): Buffer {
  const count = end - start
  const split = splitOf(count)
  if (split * 2 === count || count === 1) return read(Math.log2(count), start / count)
  return hashNode(hashOfRange(read, start, start + split), hashOfRange(read, start + split, end))
}

/** The largest power of two that is smaller than `count`: so many leaves are on the left side. */
function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

const half = (place: number) => Math.floor(place / 2)
const isPlace = (value: number) => Number.isSafeInteger(value) && value >= 0
