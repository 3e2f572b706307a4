import { Refusal } from '../../errors.ts'
import type { Origin } from '../../http/route.ts'
import { endSession } from '../../sessions/end.ts'
import { firstParty, type GateParts } from '../../sessions/gate.ts'
import { findSession, touchSession } from '../../sessions/store.ts'
import type { PresentedProof, Proofs } from '../../tokens/proofs.ts'
import { rotate } from '../../tokens/refresh.ts'
import type { Revocations } from '../../tokens/revocations.ts'
import { findUser } from '../users/store.ts'
import type { SignedIn } from './sign-in.ts'

/**
 * Trade a refresh token for a new access token and its successor. The new token says what the user may do now,
 * not what they could when they signed in.
 * @throws {Refusal} `dpop_proof_invalid`; `refresh_invalid`, also without the key that the session was begun with;
 * `refresh_reused`, which has ended the session.
 */
export async function renew(
  parts: GateParts & { revocations: Revocations; proofs: Proofs },
  { refreshToken, proof }: { refreshToken: string; proof: PresentedProof },
  origin: Origin,
): Promise<SignedIn> {
  const { db, world, issue, activity } = parts
  const rotation = await parts.proofs
    .keyOf(proof)
    .then((key) => rotate(parts, refreshToken, { clientId: null, key }))
    .catch(async (error: unknown) => {
      if (error instanceof Refusal) {
        const { reason } = error
        await activity.recordAlone({ event: 'session.refresh', outcome: 'refused', reason, origin })
      }
      throw error
    })
  const { sessionId } = rotation
  const session = await findSession(db, sessionId)
  const user = session && (await findUser(db, session.user_id))
  if (!session || session.ended_at !== null || !user || user.disabled_at !== null) {
    throw new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', {
      reason: 'session_ended',
    })
  }

  const who = { subject: user.id, subjectKind: 'user', sessionId, origin } as const
  if (rotation.kind === 'unproven') {
    const { reason } = rotation
    await activity.recordAlone({ ...who, event: 'session.refresh', outcome: 'refused', reason })
    throw new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', { reason })
  }
  if (rotation.kind === 'reused') {
    await db.transaction(async (tx) => {
      await endSession(parts, tx, sessionId, 'refresh_token_reused', who)
      await activity.record(tx, {
        ...who,
        event: 'session.refresh',
        outcome: 'alarm',
        reason: 'refresh_token_reused',
      })
    })
    throw new Refusal(
      'refresh_reused',
      'this refresh token was used before, so the session was ended; sign in again',
    )
  }

  await db.transaction(async (tx) => {
    if (!(await touchSession(tx, sessionId, world.now()))) {
      throw new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', {
        reason: 'session_ended',
      })
    }
    await activity.record(tx, { ...who, event: 'session.refresh', outcome: 'success' })
  })
  const access = issue({
    subject: user.id,
    kind: 'user',
    clientId: firstParty,
    scopes: user.permissions.split(' ').filter((permission) => permission !== ''),
    sessionId,
    userType: user.user_type,
    authTimeMs: session.created_at,
    amr: session.amr.split(' '),
    boundTo: rotation.boundTo,
  })
  return { sessionId, access, refreshToken: rotation.token, username: user.username }
}
