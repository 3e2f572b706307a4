import type { Database } from '../database/database.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import type { Activity } from './activity.ts'
import type { ActivityEvent } from './events.ts'
import { findEventsFrom } from './store.ts'

/** How far back the table is read: another process may commit an older id after a newer one. */
const overlapMs = 5_000
const mostAtOnce = 1_000
/** The most events that wait for a slow reader. Beyond it the stream ends. */
const mostWaiting = 10_000

/**
 * Follow the log: each new event once, of every process on this database, until `signal` aborts.
 * Ends early if the reader is too slow.
 */
export async function* tail(
  { db, activity, world }: { db: Database; activity: Activity; world: World },
  signal: AbortSignal,
): AsyncGenerator<ActivityEvent> {
  const waiting: ActivityEvent[] = []
  const seen = new Map<string, number>()
  let wake = () => {}
  const take = (event: ActivityEvent) => {
    if (seen.has(event.id)) return
    seen.set(event.id, event.at)
    for (const [id, at] of seen) {
      if (at >= world.now() - 2 * overlapMs) break
      seen.delete(id)
    }
    waiting.push(event)
    wake()
  }

  const startedAt = world.now()
  const lookElsewhere = async () => {
    let from: string | undefined = firstIdentifierAt('evt', Math.max(startedAt, world.now() - overlapMs))
    while (from !== undefined) {
      const found: ActivityEvent[] = await findEventsFrom(db, from, mostAtOnce)
      for (const event of found) take(event)
      from = found.length === mostAtOnce ? found.at(-1)?.id : undefined
    }
  }
  // A read that failed is repeated by the next one, which finds the same rows.
  const look = () => void lookElsewhere().catch(() => {})

  const stopFollowing = activity.follow(take)
  const stopWatching = db.onChangeElsewhere(look)
  // Not every commit is announced between processes on PostgreSQL, so there it looks for itself.
  const timer = db.engine === 'postgres' ? setInterval(look, 1_000).unref() : undefined
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted && waiting.length < mostWaiting) {
      const event = waiting.shift()
      if (event) yield event
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stopFollowing()
    stopWatching()
    clearInterval(timer)
  }
}
