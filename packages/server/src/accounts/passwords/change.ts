import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { endAllSessions } from '../../sessions/end.ts'
import { isFactorInForce, rememberShortPassword } from '../factors/rule.ts'
import type { LettersGround } from '../ground.ts'
import { endInvitations } from '../invitations/store.ts'
import { tellPasswordChanged } from '../notices/credentials.ts'
import { deleteUnprompted } from '../passkeys/store.ts'
import { endRecoveries } from '../recovery/store.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { requireUser } from '../users/require-user.ts'
import { holdUser, replacePasswordHash } from '../users/store.ts'
import { namesOf } from '../users/users.ts'
import { isPasswordOf } from './check.ts'
import type { Passwords } from './passwords.ts'
import { needsFactor, tooShort } from './rules.ts'

/**
 * Change one's own password, which takes the present one. Every other session ends: one may belong to whoever knew it.
 * @throws {Refusal} `password_wrong`, `password_unacceptable`, `too_many_requests`, `overloaded`
 */
export async function changePassword(
  ground: LettersGround & { readonly passwords: Passwords; readonly attempts: Attempts },
  caller: Caller,
  { current, password, browser }: { current: string; password: string; browser: string | undefined },
): Promise<void> {
  const { db, world, activity, passwords, attempts } = ground
  const { identity, client } = caller
  const user = await requireUser(db, identity.subject)
  const event = 'user.change_password'
  const claimant = { event, usernameKey: user.username_key, user, client, browser } as const
  if (!(await isPasswordOf(ground, claimant, current))) throw wrong()
  const hash = await passwords.hash(password, namesOf(user), await isFactorInForce(db, user.id))
  await db.transaction(async (tx) => {
    await holdUser(tx, user.id)
    // Looked at again: somebody else may have changed it while this one was hashed.
    if (!(await replacePasswordHash(tx, user.id, user.password_hash, hash))) throw wrong()
    await allowShort(tx, user.id, password, hash)
    await deleteUnprompted(tx, user.id)
    // Whoever holds an older link could set the password once more.
    await endInvitations(tx, user.id, world.now())
    await endRecoveries(tx, user.id, world.now())
    // Sessions first: a browser is remembered by a session that has not ended.
    await endAllSessions(ground, tx, user.id, 'password_set', caller, identity.sessionId)
    await attempts.forget(tx, user, browser)
    await tellPasswordChanged(ground, tx, user)
    await activity.record(tx, caller, event)
  })
}

function wrong(): Refusal {
  return new Refusal('password_wrong', 'this is not your present password', {
    refused: { event: 'user.change_password' },
  })
}

/**
 * A password that is too short to stand alone needs a second factor, now and for as long as it is the password.
 * @throws {Refusal} `password_unacceptable` if the factor was removed meanwhile
 */
export async function allowShort(
  tx: Transaction,
  userId: string,
  password: string,
  passwordHash: string,
): Promise<void> {
  if (!needsFactor(password)) return
  if (!(await isFactorInForce(tx, userId))) throw tooShort()
  await rememberShortPassword(tx, userId, passwordHash)
}
