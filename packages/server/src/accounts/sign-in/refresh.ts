import type { Who } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Reader } from '../../database/database.ts'
import { Refusal, telling } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import { contextOf } from '../../sessions/contexts.ts'
import { endReused, endSession } from '../../sessions/end.ts'
import { firstParty } from '../../sessions/gate.ts'
import { earliest, endOf, isOver } from '../../sessions/limits.ts'
import { findSession, touchSession } from '../../sessions/store.ts'
import type { Grant } from '../../tokens/grant.ts'
import { rotate, sessionOfRefreshToken } from '../../tokens/refresh.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import type { AccountsGround } from '../ground.ts'
import { provenAtOf } from '../identities/proven-at.ts'
import { mintedFor } from '../permissions/effective.ts'
import { limitsOf } from '../user-types/session-limits.ts'
import { isHarmless } from '../user-types/sign-in-rule.ts'
import { findUser, type UserWithPermissions } from '../users/store.ts'
import { askedTarget, provenKey, type SignedIn } from './sign-in.ts'

interface Refresh {
  readonly refreshToken: string
  readonly proof: PresentedProof
  /** The audience of the service that the access token is for. */
  readonly resource?: string | undefined
}

/**
 * Trade a refresh token for a new access token and its successor. The new token says what the user may do now,
 * not what they could when they signed in.
 * @throws {Refusal} `dpop_proof_invalid`; `refresh_invalid`, also without the key that the session was begun with;
 * `refresh_reused`, which has ended the session; `resource_unknown` and `scope_invalid`, which have used nothing up.
 */
export async function refreshSession(
  ground: AccountsGround,
  { refreshToken, proof, resource }: Refresh,
  client: ClientInfo,
): Promise<SignedIn> {
  const { db, world, issue, activity, proofs } = ground
  const key = await provenKey(proofs, proof, 'session.refresh')
  const target = await askedTarget(ground, resource, 'session.refresh')
  if (target) await requireSomething(db, target, refreshToken, world.now())
  const rotation = await rotate(ground, refreshToken, { clientId: null, key })
  const { sessionId } = rotation
  const session = await findSession(db, sessionId)
  const user = session && (await findUser(db, session.user_id))
  // Whether it has ended meanwhile is looked at when it is touched.
  if (!session || !user) throw notValid('session_ended', { sessionId })

  const who = { subject: user.id, subjectKind: 'user', sessionId, client } as const
  if (rotation.kind === 'unproven') throw notValid(rotation.reason, who)
  if (rotation.kind === 'reused') {
    await endReused(ground, sessionId, who)
    throw new Refusal(
      'refresh_reused',
      'this refresh token was used before, so the session was ended; sign in again',
    )
  }
  const limits = limitsOf(user)
  if (isOver(session, limits, world.now())) {
    await db.transaction((tx) => endSession(ground, tx, sessionId, 'session_limit', who))
    throw notValid('session_limit', who)
  }
  const minted = mintedFor(user, world.now())
  // An app of another company signs in whoever may no more than a stranger, and its keys must not reach further later on.
  if (session.client_id !== null && !isHarmless(minted.scopes)) {
    await db.transaction((tx) => endSession(ground, tx, sessionId, 'person_privileged', who))
    throw notValid('person_privileged', who)
  }
  await db.transaction(async (tx) => {
    // Looked at again: the session may have been ended since it was read.
    if (!(await touchSession(tx, sessionId, world.now()))) throw notValid('session_ended', who)
    const more = target && { details: { service: target.service } }
    await activity.record(tx, who, 'session.refresh', undefined, more)
  })
  const scopes = await scopesFor(db, user, minted.scopes, target)
  const grant: Grant = {
    subject: user.id,
    kind: 'user',
    username: user.username,
    clientId: session.client_id ?? firstParty,
    ...minted,
    scopes,
    endsAtMs: earliest(minted.endsAtMs, endOf(session, limits)),
    sessionId,
    userType: user.user_type,
    authTimeMs: await provenAtOf(db, session),
    amr: session.amr,
    acr: contextOf(session.amr),
    boundTo: rotation.boundTo,
  }
  const { id: userId, username } = user
  return {
    sessionId,
    access: await issue(grant, target),
    refreshToken: rotation.token,
    scopes,
    userId,
    username,
  }
}

/** Before the refresh token is used up: whoever asks for too much should still have it. */
async function requireSomething(
  reader: Reader,
  target: ServiceTarget,
  refreshToken: string,
  now: number,
): Promise<void> {
  const sessionId = await sessionOfRefreshToken(reader, refreshToken)
  const session = sessionId === undefined ? undefined : await findSession(reader, sessionId)
  const user = session && (await findUser(reader, session.user_id))
  if (user) await scopesFor(reader, user, mintedFor(user, now).scopes, target)
}

async function scopesFor(
  reader: Reader,
  { id, user_type: userType }: UserWithPermissions,
  holds: readonly string[],
  target: ServiceTarget | undefined,
): Promise<readonly string[]> {
  if (!target) return holds
  try {
    return await target.scopesOf(reader, { kind: 'user', userType, holds })
  } catch (error) {
    throw telling(error, { event: 'session.refresh', subject: id, subjectKind: 'user' })
  }
}

function notValid(reason: EventReason, who: Who): Refusal {
  return new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', {
    reason,
    refused: { event: 'session.refresh', ...who },
  })
}
