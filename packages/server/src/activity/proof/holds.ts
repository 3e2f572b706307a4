import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { user } from '../events.ts'
import { deleteHold, type HoldRow, putHold } from './store.ts'

/** Why somebody may not be forgotten, and until when; without an end until it is lifted. */
export interface NewHold {
  readonly subject: string
  readonly reason: string
  readonly endsAt: number | undefined
}

/**
 * Keep what the log says of somebody as it is, also if the account is deleted meanwhile. It goes before the wish to be forgotten,
 * which is followed once the hold is over.
 */
export async function placeHold(
  { db, world, activity }: Ground,
  actor: Actor,
  { subject, reason, endsAt }: NewHold,
): Promise<HoldRow> {
  const now = world.now()
  if (endsAt !== undefined && endsAt <= now) {
    throw new Refusal('request_invalid', 'a hold ends in the future, or has no end')
  }
  const placedBy = actor.kind === 'operator' ? null : actor.identity.subject
  const row = { subject, reason, placed_at: now, placed_by: placedBy, ends_at: endsAt ?? null }
  await db.transaction(async (tx) => {
    await putHold(tx, row)
    await activity.record(tx, actor, 'log.hold', user(subject), { details: { reason } })
  })
  return row
}

/** @throws {Refusal} `hold_not_found` */
export async function liftHold({ db, activity }: Ground, actor: Actor, subject: string): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await deleteHold(tx, subject)))
      throw new Refusal('hold_not_found', 'nothing is held of this person')
    await activity.record(tx, actor, 'log.release', user(subject))
  })
}
