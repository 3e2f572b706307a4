import type { Activity } from '../activity/activity.ts'
import type { RegionOf } from '../activity/regions.ts'
import type { Database } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Origin } from '../http/route.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { IssuedToken, IssueToken } from '../tokens/issue.ts'
import type { ProvenKey } from '../tokens/proofs.ts'
import { startFamily } from '../tokens/refresh.ts'
import type { World } from '../world.ts'
import { insertSession, noteSignIn } from './store.ts'

/** A person whose proof has been checked. Only what has checked one may make this value. */
export interface ProvenPerson {
  readonly userId: string
  readonly userType: string
  readonly permissions: readonly string[]
  /** How it was proven, in the words of RFC 8176: `pwd`, `otp`, `hwk` … */
  readonly amr: readonly string[]
}

export interface OpenedSession {
  readonly sessionId: string
  readonly access: IssuedToken
  readonly refreshToken: string
}

export interface GateParts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  readonly issue: IssueToken
  readonly regionOf: RegionOf
}

/** What our own pages and command lines are called in `client_id`. */
export const firstParty = 'latchkey'

/**
 * The one gate. Every way to be signed in ends here, and nothing else makes a session: rules that hold for all
 * sign-ins stand in this function. With a key, all tokens of the session are bound to it.
 */
export async function openSession(
  parts: GateParts,
  person: ProvenPerson,
  key: ProvenKey | undefined,
  origin: Origin,
): Promise<OpenedSession> {
  const { db, world, activity, issue, regionOf } = parts
  const sessionId = newIdentifier('ses', world)
  const now = world.now()
  const refreshToken = await db.transaction(async (tx) => {
    if (!(await noteSignIn(tx, person.userId, now))) {
      throw new Refusal('credentials_invalid', 'the user name or the password is not right', {
        reason: 'account_disabled',
      })
    }
    await insertSession(tx, {
      id: sessionId,
      user_id: person.userId,
      client_id: null,
      created_at: now,
      last_used_at: now,
      address: origin.address,
      region: regionOf(origin.address),
      user_agent: origin.userAgent ?? null,
      amr: person.amr.join(' '),
      ended_at: null,
      end_reason: null,
    })
    const token = await startFamily(tx, world, { sessionId, clientId: null, key })
    await activity.record(tx, {
      event: 'user.sign_in',
      outcome: 'success',
      subject: person.userId,
      subjectKind: 'user',
      sessionId,
      origin,
      details: { amr: person.amr.join(' '), ...(key !== undefined && { bound: 'dpop' }) },
    })
    return token
  })
  const access = issue({
    subject: person.userId,
    kind: 'user',
    clientId: firstParty,
    scopes: person.permissions,
    sessionId,
    userType: person.userType,
    authTimeMs: now,
    amr: person.amr,
    boundTo: key,
  })
  return { sessionId, access, refreshToken }
}
