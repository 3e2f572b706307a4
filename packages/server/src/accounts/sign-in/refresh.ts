import type { Who } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import { contextOf } from '../../sessions/contexts.ts'
import { endSession } from '../../sessions/end.ts'
import { firstParty } from '../../sessions/gate.ts'
import { earliest, endOf, isOver } from '../../sessions/limits.ts'
import { findSession, touchSession } from '../../sessions/store.ts'
import { rotate } from '../../tokens/refresh.ts'
import type { AccountsGround } from '../ground.ts'
import { mintedFor } from '../permissions/effective.ts'
import { limitsOf } from '../user-types/session-limits.ts'
import { findUser } from '../users/store.ts'
import { provenKey, type SignedIn } from './sign-in.ts'

/**
 * Trade a refresh token for a new access token and its successor. The new token says what the user may do now,
 * not what they could when they signed in.
 * @throws {Refusal} `dpop_proof_invalid`; `refresh_invalid`, also without the key that the session was begun with;
 * `refresh_reused`, which has ended the session.
 */
export async function refreshSession(
  ground: AccountsGround,
  { refreshToken, proof }: { refreshToken: string; proof: PresentedProof },
  client: ClientInfo,
): Promise<SignedIn> {
  const { db, world, issue, activity, proofs } = ground
  const key = await provenKey(proofs, proof, 'session.refresh')
  const rotation = await rotate(ground, refreshToken, { clientId: null, key })
  const { sessionId } = rotation
  const session = await findSession(db, sessionId)
  const user = session && (await findUser(db, session.user_id))
  if (!session || session.ended_at !== null || !user || user.disabled_at !== null) {
    throw notValid('session_ended', { sessionId })
  }

  const who = { subject: user.id, subjectKind: 'user', sessionId, client } as const
  if (rotation.kind === 'unproven') throw notValid(rotation.reason, who)
  if (rotation.kind === 'reused') {
    await db.transaction(async (tx) => {
      await endSession(ground, tx, sessionId, 'refresh_token_reused', who)
      await activity.record(tx, who, 'session.refresh', undefined, {
        outcome: 'alarm',
        reason: 'refresh_token_reused',
      })
    })
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
  await db.transaction(async (tx) => {
    // Looked at again: the session may have been ended since it was read.
    if (!(await touchSession(tx, sessionId, world.now()))) throw notValid('session_ended', who)
    await activity.record(tx, who, 'session.refresh')
  })
  const minted = mintedFor(user, world.now())
  const access = issue({
    subject: user.id,
    kind: 'user',
    clientId: firstParty,
    ...minted,
    endsAtMs: earliest(minted.endsAtMs, endOf(session, limits)),
    sessionId,
    userType: user.user_type,
    authTimeMs: session.created_at,
    amr: session.amr,
    acr: contextOf(session.amr),
    boundTo: rotation.boundTo,
  })
  const { id: userId, username } = user
  return { sessionId, access, refreshToken: rotation.token, userId, username }
}

function notValid(reason: string, who: Who): Refusal {
  return new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', {
    reason,
    refused: { event: 'session.refresh', ...who },
  })
}
