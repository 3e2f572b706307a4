import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import { type AddressRow, findAddresses, findPrimary } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import { type LinkGround, setPasswordByLink } from '../passwords/by-link.ts'
import { findUser, type UserWithPermissions } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { endInvitations, findInvitedUser, insertInvitation, useInvitation } from './store.ts'
import { words } from './words.ts'

const invitationLifeMs = 24 * 60 * 60 * 1000

/**
 * Make the secret with which a user sets a password once. The inviter delivers it by a channel of their own. Its holder can
 * become the user, so the inviter needs every permission of that user. A newer invitation ends the older ones, unless
 * `keepOthers` is set; the first one accepted ends all.
 * @throws {Refusal} `user_not_found`, `account_disabled`, `permission_missing`
 */
export async function invite(
  { db, world, activity, mail }: Ground & Pick<LettersGround, 'mail'>,
  actor: Actor,
  userId: string,
  { lifeMs = invitationLifeMs, keepOthers = false }: { lifeMs?: number; keepOthers?: boolean } = {},
): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret('invite', world)
  const now = world.now()
  await db.transaction(async (tx) => {
    const invited = await findToChange(tx, actor, userId, now)
    if (invited.disabled_at !== null)
      throw new Refusal('account_disabled', 'this account is disabled; enable it first')
    if (!keepOthers) await endInvitations(tx, userId, now)
    await insertInvitation(tx, {
      secretHash: hashSecret(secret),
      userId,
      createdAt: now,
      expiresAt: now + lifeMs,
    })
    const address = await addressFor(tx, invited)
    if (address) {
      const { language } = address
      const letter = words[language].letter(invited.username, mail.linkTo(`/invitations/${secret}`))
      const about = { letter: 'invitation', userId, untilMs: now + lifeMs }
      await mail.post(tx, address.address, { language, ...letter }, about)
    }
    await activity.record(tx, actor, 'user.invite', user(userId))
  })
  return { secret, expiresAt: now + lifeMs }
}

/**
 * Where an invitation is sent besides being shown: to the primary address, or to the one that the inviter wrote down for an account
 * that nobody has used yet. A person may have claimed the address of somebody else, so one that is not proven does for no other.
 */
async function addressFor(tx: Transaction, invited: UserWithPermissions): Promise<AddressRow | undefined> {
  const primary = await findPrimary(tx, invited.id)
  if (primary || invited.password_hash !== null) return primary
  const [first] = await findAddresses(tx, invited.id)
  return first
}

/** The URL of the page on which an invitation is accepted. */
export function invitationLink(issuer: string, secret: string): string {
  return `${issuer}/invitations/${secret}`
}

/** The user of an open invitation. */
export async function invited({ db, world }: Ground, secret: string): Promise<UserWithPermissions> {
  const id = isSecret('invite', secret)
    ? await findInvitedUser(db, hashSecret(secret), world.now())
    : undefined
  const found = id === undefined ? undefined : await findUser(db, id)
  if (!found) throw notValid()
  return found
}

/**
 * Set the password of the invited user, which ends the sessions of the one before. Works once; does not sign in.
 * @throws {Refusal} `invitation_invalid`, `password_unacceptable`, `overloaded`
 */
export async function acceptInvitation(
  ground: LinkGround,
  { secret, password }: { secret: string; password: string },
  client: ClientInfo,
): Promise<UserWithPermissions> {
  // Checked before the password is hashed: a guess must not cost 15 ms of a core.
  const owner = await invited(ground, secret)
  const use = (tx: Transaction, now: number) => useInvitation(tx, hashSecret(secret), now)
  const event = 'user.accept_invitation'
  await setPasswordByLink(ground, { owner, password, use, over: notValid, event, client })
  return owner
}

function notValid(): Refusal {
  return new Refusal('invitation_invalid', 'this invitation is unknown, used, or over; ask for a new one')
}
