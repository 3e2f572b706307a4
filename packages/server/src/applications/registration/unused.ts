import { application as target } from '../../activity/events.ts'
import { operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import type { ApplicationsGround } from '../ground.ts'
import { deleteApplication, findUnused, holdApplication } from '../store.ts'
import { deleteWorkloadsOf } from '../workloads/store.ts'

const unusedForMs = 30 * 86_400_000
const mostAtOnce = 100

/**
 * Removes applications that have registered by themselves, or that a document describes, and that nobody has used for 30 days. One
 * with a refresh family that lives stays, however old it is.
 */
export function removeUnusedJob(ground: ApplicationsGround): Job {
  const { db, world, activity, endGrants } = ground
  return {
    name: 'applications.remove_unused',
    everyMs: 3_600_000,
    async run(stopping) {
      for (;;) {
        const now = world.now()
        const before = now - unusedForMs
        const unused = await findUnused(db, { now, before, limit: mostAtOnce })
        if (unused.length === 0 || stopping.aborted) return
        await db.transaction(async (tx) => {
          for (const { id } of unused) {
            const row = await holdApplication(tx, id)
            // It may have been used meanwhile.
            const [still] = row ? await findUnused(tx, { now, before, limit: 1, id }) : []
            if (!row || !still) continue
            await endGrants(tx, operator, id, 'application_removed')
            await deleteWorkloadsOf(tx, id)
            await deleteApplication(tx, id)
            const details = { name: row.name, unused: true }
            await activity.record(tx, operator, 'application.remove', target(id), { details })
          }
        })
      }
    },
  }
}
