import { hashSecret } from '../../secrets/secrets.ts'
import { isOver } from '../../sessions/limits.ts'
import { findSessionOfBrowser } from '../../sessions/store.ts'
import { absoluteLifeMs, slidingLifeMs } from '../../tokens/refresh.ts'
import type { OauthGround, Present } from '../ground.ts'

/** Who is signed in at the browser that sent these headers. A session lasts here as long as its refresh tokens would. */
export async function presentAt(
  { db, world, signedInCookie, findPerson }: OauthGround,
  header: (name: string) => string | undefined,
): Promise<Present | undefined> {
  const secret = signedInCookie.secretOf(header)
  if (secret === undefined) return undefined
  const session = await findSessionOfBrowser(db, hashSecret(secret))
  if (!session || session.client_id !== null || session.acted_by !== null) return undefined
  const person = await findPerson(db, session.user_id)
  if (!person) return undefined
  const now = world.now()
  const isGone = now >= session.last_used_at + slidingLifeMs || now >= session.created_at + absoluteLifeMs
  return isGone || isOver(session, person.limits, now) ? undefined : { session, person }
}
