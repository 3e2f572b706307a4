import { user, userType } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { authorizeOver } from '../../permissions.ts'
import { endAllSessions } from '../../sessions/end.ts'
import type { LettersGround, UsersGround } from '../ground.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import { deletePasskeys } from '../passkeys/store.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { holdUserType, setFactorRule } from '../user-types/store.ts'
import { holdUser } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { requireFreshSignIn } from './fresh.ts'
import { deleteRememberedBrowsers } from './remembered/store.ts'
import { deleteAuthenticator, deleteRecoveryCodes } from './store.ts'

/**
 * Remove every second factor of a user who has lost theirs, and end every session of the user. Nobody does it to their own
 * account, and an administrator needs a fresh sign-in. If the type of the user requires a second factor, or the password is too
 * short to stand alone, the next sign-in is by enrolling a new one.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `insufficient_user_authentication`, `kind_not_allowed`
 */
export async function resetFactors(
  ground: LettersGround & { readonly attempts: Attempts },
  actor: Actor,
  id: string,
): Promise<void> {
  const { db, world, activity, attempts } = ground
  await db.transaction(async (tx) => {
    await holdUser(tx, id)
    const found = await findToChange(tx, actor, id, world.now())
    if (actor.kind === 'caller') {
      if (actor.identity.subject === id) {
        throw new Refusal('permission_missing', 'nobody resets the factors of their own account', {
          reason: 'own_account',
        })
      }
      await requireFreshSignIn(tx, actor, world.now())
    }
    await deleteAuthenticator(tx, id, 'in_force')
    await deleteAuthenticator(tx, id, 'pending')
    await deletePasskeys(tx, id)
    await deleteRecoveryCodes(tx, id)
    await deleteRememberedBrowsers(tx, id)
    await attempts.unlock(tx, found)
    await endAllSessions(ground, tx, id, 'factors_reset', actor)
    await tellFactorsChanged(ground, tx, found, 'reset')
    await activity.record(tx, actor, 'user.reset_factors', user(id))
  })
}

/** Null: optional. Else how many days a user has to enrol one, from the first sign-in after it was required. */
export type GraceDays = number | null

/**
 * Require a second factor of the users of a type, or make it optional.
 * @throws {Refusal} `user_type_unknown`; `permission_missing` for a type that permits what the actor may not
 */
export async function requireFactorOfType(
  { db, world, activity }: UsersGround,
  actor: Actor,
  name: string,
  graceDays: GraceDays,
): Promise<void> {
  await db.transaction(async (tx) => {
    const type = await holdUserType(tx, name)
    if (!type) throw new Refusal('user_type_unknown', 'there is no user type of this name')
    authorizeOver(actor, type.permissions)
    await setFactorRule(tx, name, graceDays === null ? null : world.now(), graceDays ?? 0)
    const details = { required: graceDays !== null, ...(graceDays !== null && { grace_days: graceDays }) }
    await activity.record(tx, actor, 'user_type.require_factor', userType(name), { details })
  })
}
