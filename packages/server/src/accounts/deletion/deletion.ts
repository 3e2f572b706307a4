import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { type Actor, operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { deleteActingSessions } from '../../sessions/store.ts'
import type { UsersGround } from '../ground.ts'
import { keepAdministrator } from '../permissions/administrators.ts'
import { forgetMaker } from '../permissions/store.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { deleteUser, findDueDeletions, holdDueDeletion, setDeletion, type UserRow } from '../users/store.ts'
import { disable, findToChange } from '../users/users.ts'

const dayMs = 86_400_000
export const defaultGraceDays = 30
export const longestGraceDays = 365

/**
 * Have an account deleted after days of grace, in which it is disabled and can be kept after all. Asked again, it is the newer
 * moment that counts.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `last_administrator`
 */
export async function scheduleDeletion(
  ground: UsersGround,
  actor: Actor,
  id: string,
  graceDays: number,
): Promise<number> {
  const { db, world, activity } = ground
  const now = world.now()
  const at = now + graceDays * dayMs
  await db.transaction((tx) =>
    keepAdministrator(tx, now, async () => {
      await findToChange(tx, actor, id, now)
      await disable(ground, tx, actor, id)
      await setDeletion(tx, id, at)
      const details = { grace_days: graceDays }
      await activity.record(tx, actor, 'user.schedule_deletion', user(id), { details })
    }),
  )
  return at
}

/**
 * Keep an account whose days of grace are not over. It stays disabled: whoever enables it decides that by itself.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `deletion_not_scheduled`
 */
export async function cancelDeletion(
  { db, world, activity }: Ground,
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    await findToChange(tx, actor, id, world.now())
    if (!(await setDeletion(tx, id, null))) {
      throw new Refusal('deletion_not_scheduled', 'this account is not going to be deleted')
    }
    await activity.record(tx, actor, 'user.cancel_deletion', user(id))
  })
}

/** What the deletion of a person needs of other parts. */
export interface Deleting {
  /** Give up the devices that somebody owns, and end what was shared with them. The number of devices that were given up. */
  giveUpDevices(tx: Transaction, subject: string): Promise<number>
  /** Have the log forget what these ids are named in. */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
  /** Called after the commit. */
  settled(): Promise<void>
}

type DeletionGround = Ground & { readonly attempts: Attempts }

/**
 * Delete the accounts whose days of grace are over: each with all that is stored of it, and the name is free again. The log keeps its
 * events and forgets of whom they tell.
 */
export function createDeletionJob(ground: DeletionGround, deleting: () => Deleting): Job {
  return {
    name: 'users.delete',
    everyMs: 60_000,
    async run() {
      const { db, world, log } = ground
      for (const id of await findDueDeletions(db, world.now(), 100)) {
        // One that fails does not keep the others.
        await carryOut(ground, deleting(), id).catch((error: unknown) =>
          log.error('deletion_failed', error, { user: id }),
        )
      }
    },
  }
}

/** Delete one account, if it is still to be deleted. */
async function carryOut(
  { db, world, activity, attempts }: DeletionGround,
  { giveUpDevices, forget, settled }: Deleting,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    // It may have been kept since, or another process was first.
    const found: UserRow | undefined = await holdDueDeletion(tx, id, world.now())
    if (!found) return
    const devices = await giveUpDevices(tx, id)
    await attempts.forget(tx, found)
    await deleteActingSessions(tx, id)
    await forgetMaker(tx, id)
    await deleteUser(tx, id)
    await activity.record(tx, operator, 'user.delete', user(id), { details: { devices } })
    await forget(tx, [id])
  })
  await settled()
}
