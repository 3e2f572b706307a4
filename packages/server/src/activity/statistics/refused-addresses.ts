import type { Transaction } from '../../database/database.ts'
import type { ActivityRow } from '../store.ts'
import { ceilTo, floorTo } from './buckets.ts'
import { countsOf } from './measures.ts'
import {
  deleteRefusedAddresses,
  findRefusedAddresses,
  putRefusedAddresses,
  type RefusedAddressRow,
  type Span,
} from './store.ts'

/** An address tells of somebody: no list of them is kept for longer. */
export const addressesKeptDays = 30
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** How long buckets are, and how many addresses each has room for. */
const grains = [
  { ms: hourMs, room: 200 },
  { ms: dayMs, room: 500 },
] as const

type Bucket = Pick<RefusedAddressRow, 'grain' | 'start'>

/** The buckets that something of a time is counted in. */
export const bucketsOf = (at: number): Bucket[] =>
  grains.map(({ ms }) => ({ grain: ms, start: floorTo(at, ms) }))

/**
 * What a range is read from: its whole days, and hours before and behind them.
 * @param kept earlier buckets are there no more
 */
export function spansOf(from: number, to: number, kept: number): Span[] {
  const first = Math.max(floorTo(from, hourMs), ceilTo(kept, hourMs))
  const [days, end] = [ceilTo(first, dayMs), floorTo(to, dayMs)]
  const spans =
    days < end
      ? [
          { grain: hourMs, from: first, to: days },
          { grain: dayMs, from: days, to: end },
          { grain: hourMs, from: end, to },
        ]
      : [{ grain: hourMs, from: first, to }]
  return spans.filter((span) => span.from < span.to)
}

/**
 * Count the addresses that were refused, in each hour and each day those that were refused most. Where a bucket has no room, a
 * new one takes the place of the one with the lowest count and goes on from it (Space-Saving, Metwally et al. 2005): an address
 * with more than a 200th of the refusals of an hour, or a 500th of a day's, is always there, and `surplus` is how much too high
 * its count can be.
 * @param from earlier buckets are not kept any more
 */
export async function countRefusedAddresses(
  tx: Transaction,
  events: readonly ActivityRow[],
  from: number,
): Promise<void> {
  const refused = events.filter(({ outcome }) => outcome === 'refused')
  for (const { ms: grain, room } of grains) {
    for (const [start, counts] of countsByBucket(refused, grain)) {
      if (start < from) continue
      const bucket = { grain, start }
      const kept = new Map((await findRefusedAddresses(tx, grain, start)).map((row) => [row.address, row]))
      const { changed, gone } = mergeCounts(kept, counts, { ...bucket, room })
      await deleteRefusedAddresses(
        tx,
        gone.map((address) => ({ ...bucket, address })),
      )
      await putRefusedAddresses(tx, changed)
    }
  }
}

/** How often each address was refused, by the beginning of buckets of `ms` milliseconds. */
function countsByBucket(events: readonly ActivityRow[], ms: number): Map<number, Map<string, number>> {
  const buckets = new Map<number, Map<string, number>>()
  for (const event of events) {
    if (event.address === null) continue
    const start = floorTo(event.at, ms)
    const counts = buckets.get(start) ?? new Map<string, number>()
    buckets.set(start, counts)
    const times = countsOf(event, undefined)[0]?.times ?? 1
    counts.set(event.address, (counts.get(event.address) ?? 0) + times)
  }
  return buckets
}

function mergeCounts(
  before: ReadonlyMap<string, RefusedAddressRow>,
  counts: ReadonlyMap<string, number>,
  { room, ...bucket }: Bucket & { readonly room: number },
): { changed: RefusedAddressRow[]; gone: string[] } {
  const kept = new Map(before)
  const changed = new Set<string>()
  for (const [address, times] of counts) {
    const known = kept.get(address) ?? { ...bucket, address, ...placeIn(kept, room) }
    kept.set(address, { ...known, count: known.count + times })
    changed.add(address)
  }
  return {
    changed: [...changed].flatMap((address) => kept.get(address) ?? []),
    gone: [...before.keys()].filter((address) => !kept.has(address)),
  }
}

/** What a new address begins with: nothing while there is room, else what the one had that goes. */
function placeIn(
  kept: Map<string, RefusedAddressRow>,
  room: number,
): Pick<RefusedAddressRow, 'count' | 'surplus'> {
  if (kept.size < room) return { count: 0, surplus: 0 }
  let least: RefusedAddressRow | undefined
  for (const row of kept.values()) if (!least || row.count < least.count) least = row
  if (!least) return { count: 0, surplus: 0 }
  kept.delete(least.address)
  return { count: least.count, surplus: least.count }
}
