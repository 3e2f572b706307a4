import type { Ground } from '../../ground.ts'
import { serve } from '../../http/route.ts'
import { operator } from '../../identity.ts'
import type { Part } from '../../part.ts'
import { createDamageJob } from '../consumers/damage.ts'
import { archiveUntil } from './archive.ts'
import type { ArchiveGround } from './ground.ts'
import { dayMs, dropExpired, type Retention } from './retention.ts'
import { listPeriods } from './routes.ts'

export interface ArchiveRules {
  /** For how many days events stay in the table. */
  readonly tableDays: number
  readonly retention: Retention
  /** The place of the oldest event that a sink still needs; undefined if none needs any. */
  readonly neededFrom?: () => Promise<number | undefined>
}

/** Moves old events into segments, and drops what nobody keeps any more. */
export function createArchive(ground: Ground, rules: ArchiveRules): Part {
  const served: ArchiveGround = { ...ground, ...rules }
  return {
    routes: serve(served, [listPeriods]),
    // Days end once a day: an hour later is soon enough for both.
    jobs: [
      {
        name: 'activity.retention',
        everyMs: 3_600_000,
        run: async (stopping) => void (await keepRetention(ground, rules, stopping)),
      },
      createDamageJob(ground),
    ],
  }
}

/** Move and drop what is due, and say in the log if that fails. How many events were moved, and dropped. */
export async function keepRetention(
  ground: Ground,
  { tableDays, retention, neededFrom }: ArchiveRules,
  stopping?: AbortSignal,
): Promise<{ readonly moved: number; readonly dropped: number }> {
  try {
    // What is kept for fewer days than events stay in the table is moved when it is due to be dropped.
    const days = Math.min(tableDays, ...Object.values(retention))
    const moved = await archiveUntil(ground, ground.world.now() - days * dayMs, { stopping })
    const bounds = { neededFrom: await neededFrom?.(), stopping }
    return { moved, dropped: await dropExpired(ground, retention, bounds) }
  } catch (error) {
    await ground.activity.recordAlone(operator, 'log.retention', undefined, {
      ...{ outcome: 'failure', reason: 'retention_failed' },
    })
    throw error
  }
}
