import type { Activity } from '../activity/activity.ts'
import { session, type Who } from '../activity/events.ts'
import type { EventReason } from '../activity/schema/reasons.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import type { NoteEndedSession } from '../tokens/ground.ts'
import type { Revocations } from '../tokens/revocations.ts'
import { endFamiliesOfSession } from '../tokens/store.ts'
import type { World } from '../world.ts'
import { findLiveSessions, findSessionsActedBy, findSessionsWithin, markEnded } from './store.ts'

export interface EndParts {
  readonly world: World
  readonly activity: Activity
  readonly revocations: Revocations
  readonly noteEndedSession: NoteEndedSession
}

/**
 * End a session: its refresh families in the same transaction, and its access tokens at every verifier within
 * the second. Every way to end one comes here, so this is where applications are told. True if it was this call that ended it.
 */
export async function endSession(
  parts: EndParts,
  tx: Transaction,
  sessionId: string,
  reason: EventReason,
  who: Actor | Who,
): Promise<boolean> {
  const { world, activity, revocations, noteEndedSession } = parts
  const now = world.now()
  const ended = await markEnded(tx, sessionId, now, reason)
  if (!ended) return false
  await endFamiliesOfSession(tx, sessionId, now, reason)
  await revocations.revoke(tx, 'session', sessionId)
  await activity.record(tx, who, 'session.end', session(sessionId), { reason })
  if (ended.by_application === 1 && ended.client_id !== null) {
    const { id, user_id: userId, client_id: application } = ended
    await noteEndedSession(tx, { id, userId, application, endedAtMs: now, reason })
  }
  // Whoever acts as somebody does it by a session of their own, and no longer than that lasts.
  for (const acting of await findSessionsActedBy(tx, sessionId)) {
    await endSession(parts, tx, acting, 'actor_session_ended', who)
  }
  for (const within of await findSessionsWithin(tx, sessionId)) {
    await endSession(parts, tx, within, 'signed_out', who)
  }
  return true
}

/** A refresh token came again, and not by a race: somebody has a copy of it. The session ends, with an alarm. */
export async function endReused(
  { db, ...parts }: EndParts & { readonly db: Database },
  sessionId: string,
  who: Who,
): Promise<void> {
  await db.transaction(async (tx) => {
    await endSession(parts, tx, sessionId, 'refresh_token_reused', who)
    const more = { outcome: 'alarm', reason: 'refresh_token_reused' } as const
    await parts.activity.record(tx, who, 'session.refresh', undefined, more)
  })
}

/** End every session a user has, but the one to keep. */
export async function endAllSessions(
  parts: EndParts,
  tx: Transaction,
  userId: string,
  reason: EventReason,
  who: Actor | Who,
  kept?: string,
): Promise<void> {
  // They come by pages: until there is none.
  for (;;) {
    const live = (await findLiveSessions(tx, userId)).filter(({ id }) => id !== kept)
    if (live.length === 0) return
    for (const { id } of live) await endSession(parts, tx, id, reason, who)
  }
}
