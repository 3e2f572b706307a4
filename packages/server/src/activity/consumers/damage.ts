import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { DamagedSegment, readContent } from '../archive/segment.ts'
import { findSegment } from '../archive/store.ts'
import { segment as segmentTarget } from '../events.ts'
import { type DamageRow, deleteDamage, findDamage, insertDamage } from './store.ts'

/** A consumer passes over so many segments, and no list of them is longer. */
const most = 1_000

/**
 * Note segments that a consumer cannot read, in the transaction that moves it past their places. Each is told once by each
 * consumer: their counts, alarms or deliveries lack these events.
 */
export async function noteDamage(
  { world, activity }: Pick<Ground, 'world' | 'activity'>,
  tx: Transaction,
  consumer: string,
  damaged: readonly DamagedSegment[],
): Promise<void> {
  for (const { segment, id, first, until, message } of damaged) {
    const row = { segment, consumer, segment_id: id, first, until, says: message, found_at: world.now() }
    if (!(await insertDamage(tx, row))) continue
    const details = { consumer, from: first, to: until - 1 }
    const more = { outcome: 'alarm', reason: 'segment_damaged', details } as const
    await activity.record(tx, operator, 'log.damage', segmentTarget(segment), more)
  }
}

/** A segment that cannot be read, and which consumers have passed over it. */
export interface Damage extends Omit<DamageRow, 'consumer'> {
  readonly consumers: readonly string[]
}

/** In the order of their places. */
export async function listDamage(db: Ground['db']): Promise<Damage[]> {
  const found = new Map<string, Damage>()
  for (const { consumer, ...row } of await findDamage(db, most)) {
    const known = found.get(row.segment)
    const first = known && known.found_at < row.found_at ? known : row
    found.set(row.segment, { ...first, consumers: [...(known?.consumers ?? []), consumer] })
  }
  return [...found.values()]
}

/** Looks again at what could not be read. What an operator has mended is told; what consumers have passed over stays so. */
export function createDamageJob({ db, activity }: Ground): Job {
  return {
    name: 'activity.look_at_damage',
    everyMs: 3_600_000,
    async run(stopping) {
      for (const { segment, segment_id: id } of await listDamage(db)) {
        if (stopping.aborted) return
        const state = await stateOf(db, id)
        if (state === 'damaged') continue
        await db.transaction(async (tx) => {
          if (!(await deleteDamage(tx, segment))) return
          await activity.record(tx, operator, 'log.mend', segmentTarget(segment), { reason: state })
        })
      }
    },
  }
}

/** One whose time is over cannot be mended, and need not. */
async function stateOf(
  db: Ground['db'],
  id: number,
): Promise<'damaged' | 'segment_mended' | 'segment_dropped'> {
  const row = await findSegment(db, id)
  if (row === undefined) return 'damaged'
  if (row.dropped_at !== null) return 'segment_dropped'
  try {
    await readContent(row)
    return 'segment_mended'
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error
    return 'damaged'
  }
}
