import { operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { endSession } from '../../sessions/end.ts'
import type { SessionLimits } from '../../sessions/limits.ts'
import { findOverlongSessions } from '../../sessions/store.ts'
import type { UsersGround } from '../ground.ts'
import type { UserWithPermissions } from '../users/store.ts'

/** How long sessions of a user last, by their type. */
export function limitsOf({
  session_idle_ms: idleMs,
  session_longest_ms: longestMs,
}: Pick<UserWithPermissions, 'session_idle_ms' | 'session_longest_ms'>): SessionLimits {
  return { idleMs, longestMs }
}

const mostAtOnce = 200

/** End the sessions that are over and that nobody refreshes: what is in a list of sessions is a session. */
export function overlongSessionsJob(ground: UsersGround): Job {
  const { db, world } = ground
  const endSome = async (): Promise<number> => {
    const over = await findOverlongSessions(db, world.now(), mostAtOnce)
    await db.transaction(async (tx) => {
      for (const id of over) await endSession(ground, tx, id, 'session_limit', operator)
    })
    return over.length
  }
  return {
    name: 'sessions.end_overlong',
    everyMs: 60_000,
    async run() {
      while ((await endSome()) === mostAtOnce) {
        // One transaction for each page.
      }
    },
  }
}
