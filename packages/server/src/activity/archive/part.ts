import type { Ground } from '../../ground.ts'
import { serve } from '../../http/route.ts'
import { operator } from '../../identity.ts'
import type { Part } from '../../part.ts'
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
    jobs: [
      { name: 'activity.archive', everyMs: 600_000, run: async () => void (await archiveDue(ground, rules)) },
      {
        name: 'activity.retention',
        everyMs: 3_600_000,
        run: async () => void (await keepRetention(ground, rules)),
      },
    ],
  }
}

/** Move what is older than the rules say. What is kept for fewer days than that is moved when it is due to be dropped. */
function archiveDue(ground: Ground, { tableDays, retention }: ArchiveRules): Promise<number> {
  const days = Math.min(tableDays, ...Object.values(retention))
  return archiveUntil(ground, ground.world.now() - days * dayMs)
}

/** Move and drop what is due, and say in the log if that fails. How many events were moved, and dropped. */
export async function keepRetention(
  ground: Ground,
  rules: ArchiveRules,
): Promise<{ readonly moved: number; readonly dropped: number }> {
  try {
    const moved = await archiveDue(ground, rules)
    return { moved, dropped: await dropExpired(ground, rules.retention, await rules.neededFrom?.()) }
  } catch (error) {
    await ground.activity.recordAlone(operator, 'log.retention', undefined, {
      ...{ outcome: 'failure', reason: 'retention_failed' },
    })
    throw error
  }
}
