import { hashSecret, isSecret } from '../../secrets/secrets.ts'
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
  { db, world }: Pick<OauthGround, 'db' | 'world'>,
  token: string,
): Promise<RefreshFamily | undefined> {
  if (!isSecret('rt', token)) return undefined
  const row = await findRefreshToken(db, hashSecret(token))
  if (!row || row.client_id === null) return undefined
  const session = await findSession(db, row.session_id)
  if (!session) return undefined
  const expiresAtMs = row.expires_at
  const isOver = row.ended_at !== null || session.ended_at !== null || expiresAtMs <= world.now()
  return {
    ...{ clientId: row.client_id, subject: session.user_id, sessionId: session.id, expiresAtMs },
    isLive: !isOver && row.used_at === null,
  }
}
