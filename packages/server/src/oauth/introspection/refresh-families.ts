import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { endOf, isOver as isSessionOver } from '../../sessions/limits.ts'
import { findSession } from '../../sessions/store.ts'
import { findRefreshToken } from '../../tokens/store.ts'
import type { OauthGround } from '../ground.ts'

/** What a refresh token of an application belongs to. */
export interface RefreshFamily {
  readonly clientId: string
  readonly subject: string
  readonly sessionId: string
  readonly expiresAtMs: number
  /** Whether it would bring tokens now. */
  readonly isLive: boolean
}

export async function findRefreshFamily(
  { db, world, findPerson }: Pick<OauthGround, 'db' | 'world' | 'findPerson'>,
  token: string,
): Promise<RefreshFamily | undefined> {
  if (!isSecret('rt', token)) return undefined
  const row = await findRefreshToken(db, hashSecret(token))
  if (!row || row.client_id === null) return undefined
  const session = await findSession(db, row.session_id)
  if (!session) return undefined
  const limits = (await findPerson(db, session.user_id))?.limits
  const isEnded = row.ended_at !== null || session.ended_at !== null || row.used_at !== null
  // The type of the user may end the session before, by a job that has not run yet.
  const isOver = limits === undefined || isSessionOver(session, limits, world.now())
  return {
    ...{ clientId: row.client_id, subject: session.user_id, sessionId: session.id },
    expiresAtMs: Math.min(row.expires_at, (limits && endOf(session, limits)) ?? row.expires_at),
    isLive: !isEnded && !isOver && row.expires_at > world.now(),
  }
}
