import type { Activity } from '../../activity/activity.ts'
import type { By } from '../../activity/events.ts'
import type { Database } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import { endAllSessions } from '../../sessions/end.ts'
import type { Revocations } from '../../tokens/revocations.ts'
import type { World } from '../../world.ts'
import type { Passwords } from '../sign-in/passwords.ts'
import { findUser, setPasswordHash, type UserWithPermissions } from '../users/store.ts'
import { endInvitations, findInvitedUser, insertInvitation, useInvitation } from './store.ts'

interface InvitationParts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  readonly passwords: Passwords
  readonly revocations: Revocations
}

const invitationLifeMs = 24 * 60 * 60 * 1000

/**
 * Make the secret by which a user, once, sets a password. A newer one ends the older. It is given out by whoever
 * invites, by a channel of their own.
 */
export async function invite(
  { db, world, activity }: Omit<InvitationParts, 'passwords' | 'revocations'>,
  userId: string,
  by: By,
  lifeMs = invitationLifeMs,
): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret('invite', world)
  const now = world.now()
  await db.transaction(async (tx) => {
    const user = await findUser(tx, userId)
    if (!user) throw new Refusal('user_not_found', 'no such user')
    if (user.disabled_at !== null)
      throw new Refusal('account_disabled', 'this account is disabled; enable it first')
    await endInvitations(tx, userId, now)
    await insertInvitation(tx, {
      secretHash: hashSecret(secret),
      userId,
      createdAt: now,
      expiresAt: now + lifeMs,
    })
    await activity.record(tx, {
      ...by,
      event: 'user.invite',
      outcome: 'success',
      target: userId,
      targetKind: 'user',
    })
  })
  return { secret, expiresAt: now + lifeMs }
}

/** Whom an invitation is for, while it is open. */
export async function invited(
  { db, world }: { db: Database; world: World },
  secret: string,
): Promise<UserWithPermissions> {
  const user = isSecret('invite', secret)
    ? await findInvitedUser(db, hashSecret(secret), world.now())
    : undefined
  if (!user) throw notValid()
  return user
}

/** Set the password of the invited user, which ends the sessions of the one before. Works once; does not sign in. */
export async function acceptInvitation(
  parts: InvitationParts,
  { secret, password }: { secret: string; password: string },
  origin: NonNullable<By['origin']>,
): Promise<UserWithPermissions> {
  const { db, world, activity, passwords } = parts
  // Asked before the hash, so that guessing costs the guesser a request and us no 15 ms of a core.
  const user = await invited(parts, secret)
  const hash = await passwords.hash(password)
  await db.transaction(async (tx) => {
    const userId = await useInvitation(tx, hashSecret(secret), world.now())
    if (userId === undefined) throw notValid()
    await setPasswordHash(tx, userId, hash)
    // Whoever sets a password anew may do so because somebody else knew the old one.
    await endAllSessions(parts, tx, userId, 'password_set', { subject: userId, subjectKind: 'user', origin })
    await activity.record(tx, {
      event: 'user.accept_invitation',
      outcome: 'success',
      subject: userId,
      subjectKind: 'user',
      origin,
    })
  })
  return user
}

function notValid(): Refusal {
  return new Refusal('invitation_invalid', 'this invitation is unknown, used, or over; ask for a new one')
}
