import { app as appTarget } from '../../activity/events.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { endSession } from '../../sessions/end.ts'
import { requireVisible } from '../../text.ts'
import type { AppsGround } from '../ground.ts'
import { heldApp } from '../registered.ts'
import { findSessionsBy } from '../store.ts'
import { deleteAppPerson, insertAppPerson } from './store.ts'

/** The longest name that an app has for a person. */
export const longestSub = 200

/**
 * Say which person here is meant by a name of an app. Whoever holds a key of the app can sign in as them from then on.
 * @throws {Refusal} `app_not_found`, `user_not_found`, `permission_missing`, `person_linked`, `request_invalid`
 */
export async function linkPerson(
  { db, world, activity, people }: AppsGround,
  actor: Actor,
  id: string,
  { sub, userId }: { readonly sub: string; readonly userId: string },
): Promise<void> {
  requireVisible('sub', sub, longestSub)
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        await heldApp(tx, actor, id)
        await people.requireOver(tx, actor, userId)
        await insertAppPerson(tx, {
          ...{ app: id, sub, user_id: userId, created_at: world.now() },
          ...{ last_sign_in_at: null, is_made: 0 },
        })
        await activity.record(tx, actor, 'app.link_person', appTarget(id), { details: { user: userId } })
      }),
    () => new Refusal('person_linked', 'the app has a person of this name, or this person by another one'),
  )
}

/** Undo {@link linkPerson}; the sessions of the person that the app began end. */
export async function unlinkPerson(
  ground: AppsGround,
  actor: Actor,
  id: string,
  userId: string,
): Promise<void> {
  const { db, activity, people } = ground
  await db.transaction(async (tx) => {
    await heldApp(tx, actor, id)
    await people.requireOver(tx, actor, userId)
    if (!(await deleteAppPerson(tx, id, userId)))
      throw new Refusal('user_not_found', 'the app has no such person')
    for (const session of await findSessionsBy(tx, id, userId)) {
      await endSession(ground, tx, session, 'person_unlinked', actor)
    }
    await activity.record(tx, actor, 'app.unlink_person', appTarget(id), { details: { user: userId } })
  })
}
