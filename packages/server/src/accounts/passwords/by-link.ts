import type { EventName } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import type { Refusal } from '../../errors.ts'
import { endAllSessions } from '../../sessions/end.ts'
import { isFactorInForce } from '../factors/rule.ts'
import { noteLinkUsed } from '../factors/store.ts'
import type { LettersGround } from '../ground.ts'
import { endInvitations } from '../invitations/store.ts'
import { tellPasswordChanged } from '../notices/credentials.ts'
import { deleteUnprompted } from '../passkeys/store.ts'
import { endRecoveries } from '../recovery/store.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { findUser, holdUser, setPasswordHash, type UserRow } from '../users/store.ts'
import { namesOf } from '../users/users.ts'
import { allowShort } from './change.ts'
import type { Passwords } from './passwords.ts'

export interface LinkGround extends LettersGround {
  readonly passwords: Passwords
  readonly attempts: Attempts
}

interface ByLink {
  /** Whose link it was before the password was hashed. */
  readonly owner: UserRow
  readonly password: string
  /** Use the link up. Gives the id of its user; undefined if it was used before, or is over. */
  readonly use: (tx: Transaction, now: number) => Promise<string | undefined>
  readonly over: () => Refusal
  readonly event: EventName
  readonly client: ClientInfo
}

/**
 * Set a password by a link, whichever kind it is: that ends every session of the user and every link, and tells the user. It does
 * not sign in: a second factor is asked for at the sign-in that follows.
 * @throws {Refusal} what `over` gives; `password_unacceptable`, `overloaded`
 */
export async function setPasswordByLink(
  ground: LinkGround,
  { owner, password, use, over, event, client }: ByLink,
): Promise<void> {
  const { db, world, activity, passwords, attempts } = ground
  const hash = await passwords.hash(password, namesOf(owner), await isFactorInForce(db, owner.id))
  await db.transaction(async (tx) => {
    const now = world.now()
    const userId = await use(tx, now)
    // Checked again: the account may have been disabled while the password was hashed.
    if (userId === undefined || (await findUser(tx, userId))?.disabled_at !== null) throw over()
    await holdUser(tx, userId)
    await endInvitations(tx, userId, now)
    await endRecoveries(tx, userId, now)
    await setPasswordHash(tx, userId, hash)
    await allowShort(tx, userId, password, hash)
    await noteLinkUsed(tx, userId, now)
    await deleteUnprompted(tx, userId)
    const who = { subject: userId, subjectKind: 'user', client } as const
    // A new password may be set because another person knew the old one.
    await endAllSessions(ground, tx, userId, 'password_set', who)
    await attempts.forget(tx, owner)
    await tellPasswordChanged(ground, tx, owner)
    await activity.record(tx, who, event)
  })
}
