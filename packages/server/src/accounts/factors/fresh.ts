import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { twoFactors } from '../../sessions/contexts.ts'
import { findSession, type SessionRow, touchSession } from '../../sessions/store.ts'
import { provenAtOf } from '../identities/proven-at.ts'
import { isFactorInForce } from './rule.ts'

/** So old may the sign-in be by which somebody changes what one signs in with. */
const longestSeconds = 5 * 60

/**
 * The session of a person who is here now. Tokens of services and devices, of sessions that have ended, and those by which
 * somebody acts for another one, have none: nothing of them changes what one signs in with.
 * @throws {Refusal} `kind_not_allowed`
 */
export async function interactiveSession(tx: Transaction, { identity }: Caller): Promise<SessionRow> {
  const { kind, subject, sessionId, claims } = identity
  const session = sessionId === undefined ? undefined : await findSession(tx, sessionId)
  const isOwn = kind === 'user' && claims.act === undefined && session?.user_id === subject
  if (!isOwn || session.acted_by !== null || session.ended_at !== null || session.client_id !== null) {
    throw new Refusal('kind_not_allowed', 'only somebody who has signed in here themselves may do that', {
      reason: 'session_not_interactive',
    })
  }
  return session
}

/**
 * As {@link interactiveSession}, of a sign-in not longer ago than five minutes, with a second factor if the account has one in force
 * (ASVS 5.0 7.5.1).
 * @throws {Refusal} `insufficient_user_authentication` with the challenge of RFC 9470 section 3; `kind_not_allowed`
 */
export async function requireFreshSignIn(tx: Transaction, caller: Caller, now: number): Promise<SessionRow> {
  const session = await interactiveSession(tx, caller)
  const lacksFactor = await doesLackFactor(tx, session)
  if (!lacksFactor && (await isRecent(tx, session, now))) return session
  throw new Refusal('insufficient_user_authentication', 'sign in again to do that', {
    reason: lacksFactor ? 'factor_missing' : 'sign_in_old',
    challenge: { max_age: String(longestSeconds), ...(lacksFactor && { acr_values: twoFactors }) },
  })
}

/** As {@link requireFreshSignIn}, of a session that is held until the transaction ends: what ends it comes before or after. */
export async function holdFreshSignIn(tx: Transaction, caller: Caller, now: number): Promise<SessionRow> {
  const { sessionId } = caller.identity
  if (sessionId !== undefined) await touchSession(tx, sessionId, now)
  return requireFreshSignIn(tx, caller, now)
}

/** Whether {@link requireFreshSignIn} would be content with this session. */
export async function isFresh(tx: Transaction, session: SessionRow, now: number): Promise<boolean> {
  return (await isRecent(tx, session, now)) && !(await doesLackFactor(tx, session))
}

/** A provider may sign somebody in without a word, who has left the browser to others since. */
async function isRecent(tx: Transaction, session: SessionRow, now: number): Promise<boolean> {
  const provenAt = await provenAtOf(tx, session)
  return provenAt !== undefined && now - provenAt <= longestSeconds * 1000
}

async function doesLackFactor(tx: Transaction, { amr, user_id }: SessionRow): Promise<boolean> {
  return !amr.includes('mfa') && isFactorInForce(tx, user_id)
}
