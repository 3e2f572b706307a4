import type { Reader, Transaction } from '../../database/database.ts'
import type { ActivityRow } from '../store.ts'
import { floorTo, grains } from './buckets.ts'
import { countsOf } from './measures.ts'
import { countRefusedAddresses } from './refused-addresses.ts'
import { addCounts, type CountRow, findSeenRegions, insertSeenRegions, type SeenRegionRow } from './store.ts'

/** The user types of people, by their ids. */
export type TypesOf = (reader: Reader, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>

/**
 * Count events into the roll-ups, each into the buckets of its own time, also one that comes late. Run by the consumer, in the
 * transaction that moves its cursor: each event is counted once.
 */
export async function countEvents(
  tx: Transaction,
  events: readonly ActivityRow[],
  {
    typesOf,
    now,
    addressesFrom,
  }: { readonly typesOf: TypesOf; readonly now: number; readonly addressesFrom: number },
): Promise<void> {
  const signIns = events.filter(({ event }) => event === 'user.sign_in')
  const people = [...new Set(signIns.flatMap(({ subject }) => subject ?? []))]
  const types = await typesOf(tx, people)
  const sums = createSums(now)
  for (const event of events) {
    const type = event.subject === null ? undefined : types.get(event.subject)
    for (const counted of countsOf(event, type)) sums.add(event.at, counted)
  }
  for (const seen of await seeRegions(tx, signIns)) {
    const { region, first_at: at } = seen
    if (seen.subject === '' || seen.is_new === 0) continue
    for (const [series, value] of [
      ['new_regions', ''],
      ['new_regions.region', region],
    ] as const)
      sums.add(at, { series, outcome: 'success', value, times: 1 })
  }
  await addCounts(tx, sums.rows())
  await countRefusedAddresses(tx, events, addressesFrom)
}

/** Adds up before anything is written: many events of a batch are counted in the same buckets. */
function createSums(now: number) {
  const rows = new Map<string, CountRow>()
  return {
    add(at: number, { series, outcome, value, times }: ReturnType<typeof countsOf>[number]) {
      for (const { ms, keptMs } of grains) {
        const start = floorTo(at, ms)
        // It would be dropped at once.
        if (start < now - keptMs) continue
        const key = `${ms} ${start} ${series} ${outcome} ${value}`
        const count = (rows.get(key)?.count ?? 0) + times
        rows.set(key, { series, grain: ms, start, outcome, value, count })
      }
    },
    rows: () => [...rows.values()],
  }
}

/** Regions that were not seen before: of a person, and of the whole server. */
async function seeRegions(tx: Transaction, signIns: readonly ActivityRow[]): Promise<SeenRegionRow[]> {
  const successful = signIns.filter(({ outcome, region }) => outcome === 'success' && region !== null)
  const people = successful.flatMap(({ subject }) => subject ?? [])
  if (people.length === 0) return []
  const known = new Map<string, Set<string>>()
  const regionsOf = (subject: string) => {
    const regions = known.get(subject) ?? new Set<string>()
    known.set(subject, regions)
    return regions
  }
  for (const { subject, region } of await findSeenRegions(tx, [...new Set(['', ...people])]))
    regionsOf(subject).add(region)
  const seen: SeenRegionRow[] = []
  for (const { subject: person, region, at } of successful) {
    if (person === null || region === null) continue
    for (const subject of ['', person]) {
      const regions = regionsOf(subject)
      if (regions.has(region)) continue
      seen.push({ subject, region, first_at: at, is_new: regions.size > 0 ? 1 : 0 })
      regions.add(region)
    }
  }
  await insertSeenRegions(tx, seen)
  return seen
}
