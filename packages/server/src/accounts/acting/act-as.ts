import { session as sessionTarget, user as userTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { type Caller, operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { holds, type Permission } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { endSession } from '../../sessions/end.ts'
import { firstParty, openActingSession } from '../../sessions/gate.ts'
import { earliest, endOf } from '../../sessions/limits.ts'
import { findOverdueSessions, type SessionRow } from '../../sessions/store.ts'
import { thumbprintOf } from '../../tokens/authenticate.ts'
import type { IssuedToken } from '../../tokens/issue.ts'
import { holdFreshSignIn } from '../factors/fresh.ts'
import type { AccountsGround, UsersGround } from '../ground.ts'
import { mintedFor } from '../permissions/effective.ts'
import { limitsOf } from '../user-types/session-limits.ts'
import { requireUser } from '../users/require-user.ts'
import { holdUser, type UserWithPermissions } from '../users/store.ts'
import { findToChange } from '../users/users.ts'

/** So long at most somebody acts as a person without asking anew; never longer than an access token lives. */
const longestMs = 30 * 60 * 1000
/** What nobody gets by acting as somebody: a way to act as the next one. */
const never: readonly Permission[] = ['users:act-as']

/** A token by which an administrator acts as a person. It is not refreshed. */
export interface Acting {
  readonly person: UserWithPermissions
  readonly sessionId: string
  readonly access: IssuedToken
  readonly scopes: readonly Permission[]
}

/**
 * Let an administrator act as a person: by a fresh sign-in of their own, as nobody who holds or may hold again what the
 * administrator lacks. The token names both (`act`, RFC 8693 section 4.1), and ends with any session or permission of either.
 * @throws {Refusal} `user_not_found`, `account_disabled`, `permission_missing`, `insufficient_user_authentication`,
 * `kind_not_allowed`
 */
export async function actAs(
  ground: AccountsGround,
  caller: Caller,
  id: string,
  reason: string,
): Promise<Acting> {
  const { db, world, activity, issue } = ground
  const { identity, client } = caller
  const now = world.now()
  return db.transaction(async (tx) => {
    const { person, administrator, session } = await authorizeActing(tx, caller, id, now)
    const sessionId = newIdentifier('ses', world)
    const minted = mintedFor(person, now)
    const scopes = minted.scopes.filter((scope) => holds(identity, scope) && !never.includes(scope))
    const reached = mintedFor(administrator, now)
    const limits = limitsOf(administrator)
    const access = await issue({
      ...{ subject: id, kind: 'user', clientId: firstParty, scopes },
      // The caller has proven the key of their own token.
      boundTo: thumbprintOf(identity.claims.cnf),
      ...{ userType: person.user_type, permissionsVersion: minted.permissionsVersion },
      sessionId,
      endsAtMs: earliest(minted.endsAtMs, reached.endsAtMs, endOf(session, limits), now + longestMs),
      actor: {
        sub: administrator.id,
        sid: session.id,
        user_type: administrator.user_type,
        pv: reached.permissionsVersion,
      },
    })
    await openActingSession(ground, tx, client, {
      ...{ id: sessionId, userId: id, actor: administrator.id, actorSession: session.id },
      endsAt: now + access.lifeSeconds * 1000,
    })
    const details = { session: sessionId, why: reason }
    await activity.record(tx, caller, 'user.act_as', userTarget(id), { details })
    const acted = { subject: id, subjectKind: 'user', sessionId, client } as const
    const who = { ...acted, actedBy: administrator.id }
    await activity.record(tx, who, 'session.begin_acting', sessionTarget(sessionId), {
      details: { why: reason },
    })
    return { person, sessionId, access, scopes }
  })
}

/** Both accounts are held, and the session by which it is done, so that what ends them comes before or after. */
async function authorizeActing(
  tx: Transaction,
  caller: Caller,
  id: string,
  now: number,
): Promise<{ person: UserWithPermissions; administrator: UserWithPermissions; session: SessionRow }> {
  const { subject } = caller.identity
  for (const one of [id, subject].sort()) await holdUser(tx, one)
  // Whoever is disabled or deleted has no session that is live.
  const session = await holdFreshSignIn(tx, caller, now)
  const administrator = await requireUser(tx, subject)
  if (subject === id) {
    throw new Refusal('permission_missing', 'nobody acts as themselves', { reason: 'own_account' })
  }
  const person = await findToChange(tx, caller, id, now)
  if (person.disabled_at !== null) throw new Refusal('account_disabled', 'this account is disabled')
  return { person, administrator, session }
}

/** Ends the sessions that have an end of their own when that has come, so that no list shows them any longer. */
export function createActingJob(ground: UsersGround): Job {
  const { db, world } = ground
  return {
    name: 'sessions.end_acting',
    everyMs: 15_000,
    async run() {
      const over = await findOverdueSessions(db, world.now())
      if (over.length === 0) return
      await db.transaction(async (tx) => {
        for (const { id, acted_by } of over) {
          await endSession(ground, tx, id, acted_by === null ? 'session_limit' : 'acting_over', operator)
        }
      })
    },
  }
}
