import type { Reader, Transaction } from '../../database/database.ts'
import { hashBytes, hashNode, type ReadNode } from './merkle.ts'
import { findTile, putTile } from './store.ts'

/**
 * The tree as it is stored: in tiles of up to 256 hashes (C2SP tlog-tiles). Those of level 0 hold leaves, those above the roots
 * of full tiles of the level below. A full tile never changes.
 */
export const tileWidth = 256
const tileHeight = 8

/** Add leaves behind the `size` that there are. */
export async function appendLeaves(tx: Transaction, size: number, leaves: readonly Buffer[]): Promise<void> {
  let [added, count, level] = [leaves, size, 0]
  while (added.length > 0) {
    const roots: Buffer[] = []
    const place = Math.floor(count / tileWidth)
    let held = count % tileWidth === 0 ? [] : await readTile(tx, level, place)
    let at = 0
    for (let n = place; at < added.length; n++) {
      const more = added.slice(at, at + tileWidth - held.length)
      const tile = [...held, ...more]
      await putTile(tx, { level, n, width: tile.length, hashes: Buffer.concat(tile).toString('base64') })
      if (tile.length === tileWidth) roots.push(rootOfTile(tile))
      at += more.length
      held = []
    }
    count = place
    added = roots
    level += 1
  }
}

/**
 * Nodes of the tree of the first `size` leaves. The tiles that proofs of it need are read first, since a proof is made without
 * waiting: all that hold one of the leaves of `indexes`, and those of the right edges of the sizes.
 */
export async function openNodes(
  reader: Reader,
  sizes: readonly number[],
  indexes: readonly number[] = [],
): Promise<ReadNode> {
  const tiles = new Map<string, readonly Buffer[]>()
  const largest = Math.max(...sizes)
  const places = [...indexes, ...sizes.flatMap((size) => (size > 0 ? [size - 1, size] : []))]
  for (let level = 0, width = largest; width > 0; level++, width = Math.floor(width / tileWidth)) {
    const numbers = new Set(places.map((place) => Math.floor(place / tileWidth ** (level + 1))))
    for (const n of numbers) {
      if (n * tileWidth < width) tiles.set(`${level}/${n}`, await readTile(reader, level, n))
    }
  }
  return nodesOf((level, n) => {
    const tile = tiles.get(`${level}/${n}`)
    if (tile === undefined) throw new Error(`tile ${level}/${n} of the log was not read`)
    return tile
  })
}

/** Nodes that are computed from tiles. */
function nodesOf(tileAt: (level: number, n: number) => readonly Buffer[]): ReadNode {
  return (height, index) => {
    const level = Math.floor(height / tileHeight)
    const count = 2 ** (height - level * tileHeight)
    const first = index * count
    const tile = tileAt(level, Math.floor(first / tileWidth))
    const at = first % tileWidth
    const hashes = tile.slice(at, at + count)
    if (hashes.length < count) throw new Error(`the log has no node ${height}/${index}`)
    return rootOfTile(hashes)
  }
}

/** The root over a power of two of hashes. */
export function rootOfTile(hashes: readonly Buffer[]): Buffer {
  let level = hashes
  while (level.length > 1) {
    const above: Buffer[] = []
    for (let i = 0; i < level.length; i += 2) above.push(hashNode(level[i]!, level[i + 1]!))
    level = above
  }
  return level[0]!
}

export async function readTile(reader: Reader, level: number, n: number): Promise<Buffer[]> {
  const row = await findTile(reader, level, n)
  if (row === undefined) throw new Error(`tile ${level}/${n} of the log is missing`)
  const bytes = Buffer.from(row.hashes, 'base64')
  return Array.from({ length: bytes.length / hashBytes }, (_, i) =>
    bytes.subarray(i * hashBytes, (i + 1) * hashBytes),
  )
}
