import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Actor, Caller } from '../../identity.ts'
import { requireUser } from '../users/require-user.ts'
import { holdUser } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { attributesOf, type GivenValues, type PersonAttribute, storeValues } from './values.ts'

/**
 * Set values of a user, or take them away. `isText`: whether every kind may be written as text.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `request_invalid`
 */
export async function setAttributes(
  { db, world, activity }: Ground,
  actor: Actor,
  id: string,
  given: GivenValues,
  isText = false,
): Promise<readonly PersonAttribute[]> {
  return db.transaction(async (tx) => {
    await holdUser(tx, id)
    await findToChange(tx, actor, id, world.now())
    const changed = await storeValues(tx, id, given, { isText })
    await recordChange(activity, tx, actor, id, changed)
    return attributesOf(tx, id, 'administrator')
  })
}

/** Set values of one's own, of those that the person may change. @throws {Refusal} `user_not_found`, `request_invalid` */
export async function setMyAttributes(
  { db, activity }: Ground,
  caller: Caller,
  given: GivenValues,
): Promise<readonly PersonAttribute[]> {
  const { subject: id } = caller.identity
  return db.transaction(async (tx) => {
    await holdUser(tx, id)
    await requireUser(tx, id)
    const changed = await storeValues(tx, id, given, { by: 'person' })
    await recordChange(activity, tx, caller, id, changed)
    return attributesOf(tx, id, 'person')
  })
}

/** Which attributes were set, and never their values. Nothing where all were as they are. */
async function recordChange(
  activity: Ground['activity'],
  tx: Transaction,
  actor: Actor,
  id: string,
  changed: readonly string[],
): Promise<void> {
  if (changed.length === 0) return
  await activity.record(tx, actor, 'user.update', user(id), { details: { attributes: changed.join(' ') } })
}
