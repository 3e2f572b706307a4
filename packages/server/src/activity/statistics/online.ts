import type { Database } from '../../database/database.ts'
import type { Job } from '../../part.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { World } from '../../world.ts'
import { floorTo } from './buckets.ts'
import { findOnlineSince, mostOnlineByBucket, putOnline } from './store.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** A process that has told nothing for so long is not counted any more. */
const toldMs = 2 * minuteMs

/** How many devices are connected: now, and at the sample of each minute. */
export interface Online {
  /** At this process now, and at the others by what they have told last. */
  now(): Promise<number>
  /** Tell how many are connected to this process. */
  tell(devices?: number): Promise<void>
  readonly job: Job
}

/**
 * A sample is true over a crash: a process that has ended tells nothing, and is not counted, where connects without their
 * disconnects would be counted for good.
 */
export function createOnline(
  { db, world }: { readonly db: Database; readonly world: World },
  connected: () => number,
): Online {
  const process = newIdentifier('prc', world)
  let hasTold = false

  async function tell(devices = connected()): Promise<void> {
    hasTold = true
    const now = world.now()
    await db.transaction(async (tx) => {
      const start = floorTo(now, minuteMs)
      await putOnline(tx, { grain: minuteMs, start, process, devices })
      // The hour before too: what two processes wrote at its end, neither may have seen of the other.
      for (const at of [start - toldMs, start]) {
        for (const [of, grain] of [
          [minuteMs, hourMs],
          [hourMs, dayMs],
        ] as const) {
          const from = floorTo(at, grain)
          const [most] = await mostOnlineByBucket(tx, { grain: of, from, to: from + grain }, grain)
          if (most) await putOnline(tx, { grain, start: from, process: '', devices: most.devices })
        }
      }
    })
  }

  return {
    async now() {
      const rows = await findOnlineSince(db, minuteMs, floorTo(world.now() - toldMs, minuteMs))
      const last = new Map(rows.map((row) => [row.process, row.devices]))
      last.set(process, connected())
      return [...last.values()].reduce((sum, devices) => sum + devices, 0)
    },
    tell,
    // More often than once a minute, so that a minute in which nothing was told is one in which no process was there.
    job: {
      ...{ name: 'activity.tell_online', everyMs: 20_000, run: () => tell() },
      // A process that has never told, such as a command, has nothing to take back.
      finish: async () => (hasTold ? tell(0) : undefined),
    },
  }
}
