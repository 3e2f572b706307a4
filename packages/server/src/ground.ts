import type { Activity } from './activity/activity.ts'
import type { Database } from './database/database.ts'
import type { Log } from './log.ts'
import type { World } from './world.ts'

/** What every part stands on. */
export interface Ground {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  /** Where a failure is told that no request waits for. */
  readonly log: Log
}
