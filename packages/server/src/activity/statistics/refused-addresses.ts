import type { Transaction } from '../../database/database.ts'
import type { ActivityRow } from '../store.ts'
import { floorTo } from './buckets.ts'
import { countsOf } from './measures.ts'
import {
  deleteRefusedAddress,
  findRefusedAddresses,
  putRefusedAddresses,
  type RefusedAddressRow,
} from './store.ts'

/** An address tells of somebody: no list of them is kept for longer. */
export const addressesKeptDays = 30
const hourMs = 3_600_000
const mostOfAnHour = 200

/**
 * Count the addresses that were refused, of each hour the 200 that were refused most. Where an hour has more, a new one takes the
 * place of the one with the lowest count and goes on from it (Space-Saving, Metwally et al. 2005): an address with more than a
 * 200th of the refusals of the hour is always there, and `surplus` is how much too high its count can be.
 * @param from earlier hours are not kept any more
 */
export async function countRefusedAddresses(
  tx: Transaction,
  events: readonly ActivityRow[],
  from: number,
): Promise<void> {
  const hours = new Map<number, Map<string, number>>()
  for (const event of events) {
    const start = floorTo(event.at, hourMs)
    if (event.outcome !== 'refused' || event.address === null || start < from) continue
    const counts = hours.get(start) ?? new Map<string, number>()
    hours.set(start, counts)
    const times = countsOf(event, undefined)[0]?.times ?? 1
    counts.set(event.address, (counts.get(event.address) ?? 0) + times)
  }
  for (const [start, counts] of hours) {
    const kept = new Map((await findRefusedAddresses(tx, start)).map((row) => [row.address, row]))
    const { changed, gone } = mergeCounts(kept, counts, start)
    for (const address of gone) await deleteRefusedAddress(tx, start, address)
    await putRefusedAddresses(tx, changed)
  }
}

function mergeCounts(
  before: ReadonlyMap<string, RefusedAddressRow>,
  counts: ReadonlyMap<string, number>,
  start: number,
): { changed: RefusedAddressRow[]; gone: string[] } {
  const kept = new Map(before)
  const changed = new Set<string>()
  for (const [address, times] of counts) {
    const known = kept.get(address) ?? { start, address, ...placeIn(kept) }
    kept.set(address, { ...known, count: known.count + times })
    changed.add(address)
  }
  return {
    changed: [...changed].flatMap((address) => kept.get(address) ?? []),
    gone: [...before.keys()].filter((address) => !kept.has(address)),
  }
}

/** What a new address begins with: nothing while there is room, else what the one had that goes. */
function placeIn(kept: Map<string, RefusedAddressRow>): Pick<RefusedAddressRow, 'count' | 'surplus'> {
  if (kept.size < mostOfAnHour) return { count: 0, surplus: 0 }
  let least: RefusedAddressRow | undefined
  for (const row of kept.values()) if (!least || row.count < least.count) least = row
  if (!least) return { count: 0, surplus: 0 }
  kept.delete(least.address)
  return { count: least.count, surplus: least.count }
}
