import { user as userTarget } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Caller } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import { holdOwn } from '../factors/changes.ts'
import { requireFreshSignIn } from '../factors/fresh.ts'
import type { AccountsGround, LettersGround } from '../ground.ts'
import { tellIdentityChanged } from '../notices/credentials.ts'
import { findPasskeys } from '../passkeys/store.ts'
import { findUser, holdUser, type UserRow, type UserWithPermissions } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { notLetIn } from './newcomer.ts'
import type { ProvenIdentity } from './proven.ts'
import {
  deleteIdentity,
  findIdentitiesOf,
  findIdentity,
  findSessionsByIdentity,
  findSessionsByIssuer,
  type IdentityAt,
  insertIdentity,
} from './store.ts'

const mostOfOne = 10
const sessionsAtOnce = 200

/**
 * Link an identity to the account of a session, which was begun in the browser that comes back, by a sign-in that was fresh then.
 * @throws {Refusal} `identity_taken`, `identity_limit_reached`; `provider_refused` if the session has ended
 */
export async function linkIdentity(
  ground: LettersGround,
  identity: ProvenIdentity,
  sessionId: string,
  client: ClientInfo,
): Promise<void> {
  const { db, world, activity } = ground
  const { issuer, subject, label, provider } = identity
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        const session = await findSession(tx, sessionId)
        if (session) await holdUser(tx, session.user_id)
        // Asked again behind the lock: whoever ends sessions of an account, holds it.
        const owner = session && (await findUser(tx, session.user_id))
        const isLive = (await findSession(tx, sessionId))?.ended_at === null
        if (!owner || !isLive || owner.disabled_at !== null) throw notLetIn(identity, 'session_ended')
        const has = await findIdentity(tx, identity)
        if (has?.user_id === owner.id) return
        if (has) throw taken()
        if ((await findIdentitiesOf(tx, owner.id)).length >= mostOfOne) {
          throw new Refusal(
            'identity_limit_reached',
            `an account has ${mostOfOne} identities at most`,
            refusedLink,
          )
        }
        const id = newIdentifier('idn', world)
        const made = { created_at: world.now(), last_used_at: null }
        await insertIdentity(tx, { ...{ id, issuer, subject, user_id: owner.id, label }, ...made })
        await tellIdentityChanged(ground, tx, owner, 'linked', provider)
        const who = { subject: owner.id, subjectKind: 'user', sessionId, client } as const
        const details = { provider, identity: id }
        await activity.record(tx, who, 'user.link_identity', userTarget(owner.id), { details })
      }),
    taken,
  )
}

const refusedLink = { refused: { event: 'user.link_identity' } } as const
const taken = () =>
  new Refusal('identity_taken', 'this identity belongs to another account', {
    ...{ ...refusedLink, reason: 'identity_of_another' },
  })

/**
 * Unlink an identity of one's own account. Every other session that it began ends.
 * @throws {Refusal} `identity_not_found`; `identity_needed` for the last way to sign in; `insufficient_user_authentication`,
 * `kind_not_allowed`
 */
export async function unlinkMyIdentity(ground: AccountsGround, caller: Caller, id: string): Promise<void> {
  const { db, world } = ground
  await db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await requireFreshSignIn(tx, caller, world.now())
    const found = await requireIdentity(tx, person, id)
    if (!(await hasAnotherWay(ground, tx, person, id))) {
      throw new Refusal(
        'identity_needed',
        'set a password or make a passkey first: you sign in by nothing else',
      )
    }
    await dropIdentity(ground, tx, caller, { person, found, kept: caller.identity.sessionId })
  })
}

/**
 * Take an identity from a user: every session that it began ends. It may be the last way to sign in.
 * @throws {Refusal} `user_not_found`, `identity_not_found`, `permission_missing`
 */
export async function removeIdentityOf(
  ground: LettersGround,
  actor: Actor,
  userId: string,
  id: string,
): Promise<void> {
  const { db, world } = ground
  await db.transaction(async (tx) => {
    const person = await findToChange(tx, actor, userId, world.now())
    await holdUser(tx, userId)
    await dropIdentity(ground, tx, actor, {
      person,
      found: await requireIdentity(tx, person, id),
      kept: undefined,
    })
  })
}

/** Whether somebody signs in without this identity: by password, by passkey, or by another identity. */
async function hasAnotherWay(
  { relyingParty }: AccountsGround,
  tx: Transaction,
  { id, password_hash }: UserWithPermissions,
  without: string,
): Promise<boolean> {
  if (password_hash !== null) return true
  if ((await findPasskeys(tx, id)).some(({ rp_id }) => rp_id === relyingParty.id)) return true
  return (await findIdentitiesOf(tx, id)).some(
    (one) => one.id !== without && one.provider !== null && one.provider_disabled_at === null,
  )
}

async function requireIdentity(tx: Transaction, { id: userId }: UserRow, id: string): Promise<IdentityAt> {
  const found = (await findIdentitiesOf(tx, userId)).find((one) => one.id === id)
  if (!found) throw new Refusal('identity_not_found', 'the account has no such identity')
  return found
}

interface Removing {
  readonly person: UserRow
  readonly found: IdentityAt
  /** A session that goes on. */
  readonly kept: string | undefined
}

async function dropIdentity(
  ground: LettersGround,
  tx: Transaction,
  actor: Actor,
  { person, found, kept }: Removing,
): Promise<void> {
  for (const session of await findSessionsByIdentity(tx, found.id, sessionsAtOnce)) {
    if (session !== kept) await endSession(ground, tx, session, 'identity_removed', actor)
  }
  await deleteIdentity(tx, person.id, found.id)
  await tellIdentityChanged(ground, tx, person, 'unlinked', found.provider_name ?? found.issuer)
  const details = { provider: found.provider ?? found.issuer, identity: found.id }
  await ground.activity.record(tx, actor, 'user.unlink_identity', userTarget(person.id), { details })
}

/** End the live sessions that began by identities of an issuer, a page at a time so that a long list blocks nobody. */
export async function endSessionsOfIssuer(
  ground: LettersGround,
  actor: Actor,
  issuer: string,
): Promise<void> {
  for (;;) {
    const live = await findSessionsByIssuer(ground.db, issuer, sessionsAtOnce)
    if (live.length === 0) return
    await ground.db.transaction(async (tx) => {
      for (const id of live) await endSession(ground, tx, id, 'provider_disabled', actor)
    })
  }
}
