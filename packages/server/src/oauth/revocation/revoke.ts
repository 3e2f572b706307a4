import { token as tokenTarget } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import { endSession } from '../../sessions/end.ts'
import { clockSkewMs } from '../../tokens/authenticate.ts'
import type { Client } from '../clients/authenticate.ts'
import type { OauthGround } from '../ground.ts'
import { lookAt } from '../introspection/introspect.ts'
import { findRefreshFamily } from '../introspection/refresh-families.ts'

/**
 * End a token of a client (RFC 7009): with a refresh token the session that it belongs to and all that came of it, an access token
 * alone at every verifier within a second. A token of somebody else, or none at all, changes nothing, and nobody learns which it was.
 */
export async function revoke(
  ground: OauthGround,
  asker: Client,
  token: string,
  client: ClientInfo,
): Promise<void> {
  const { db, activity, revocations } = ground
  const family = await findRefreshFamily(ground, token)
  if (family) {
    if (family.clientId !== asker.id) return
    const who = { subject: family.subject, subjectKind: 'user', sessionId: family.sessionId, client } as const
    await db.transaction((tx) => endSession(ground, tx, family.sessionId, 'ended_by_application', who))
    return
  }
  const told = await lookAt(ground, asker, token)
  if (!told.active || told.claims.client_id !== asker.id) return
  const { jti, exp, sub } = told.claims
  if (typeof jti !== 'string' || typeof exp !== 'number') return
  const endsAtMs = exp * 1000 + clockSkewMs
  await db.transaction(async (tx) => {
    if (!(await revocations.revoke(tx, 'token', jti, endsAtMs))) return
    const details = { ends_at: endsAtMs, ...(typeof sub === 'string' && { owner: sub }) }
    await activity.record(tx, { clientId: asker.id, client }, 'token.revoke', tokenTarget(jti), { details })
  })
}
