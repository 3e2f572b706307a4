import type { Details } from '../activity/events.ts'
import type { RegionOf } from '../activity/regions.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal, telling } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Permission } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { Grant } from '../tokens/grant.ts'
import type { NoteEndedSession } from '../tokens/ground.ts'
import type { IssuedToken, IssueToken } from '../tokens/issue.ts'
import type { ProvenKey } from '../tokens/proofs.ts'
import { startFamily } from '../tokens/refresh.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { ServiceTarget } from '../tokens/target.ts'
import { contextOf } from './contexts.ts'
import { endSession } from './end.ts'
import { earliest, endOf, type SessionLimits } from './limits.ts'
import { findSurplusSessions, insertSession } from './store.ts'

/** A user who has been authenticated. Only code that has verified a credential may create this value. */
export interface ProvenPerson {
  readonly userId: string
  /** How it was proven, in the words of RFC 8176: `pwd`, `hwk` … With `mfa` it was two factors by itself, as a passkey is. */
  readonly amr: readonly string[]
  /** Whether the proof is still good for the account as it is now: a password may have been changed since it was checked. */
  readonly stillHolds: (account: Account) => boolean
  /** Whether the account has signed in there before. What cannot be phished may say so of every place. Asked if it matters. */
  readonly isKnownPlace: (tx: Transaction) => Promise<boolean>
  /** Use the proof up, in the transaction of the session and before all else. It refuses one that was used before. */
  readonly use?: ((tx: Transaction) => Promise<void>) | undefined
  /** The second factor that was proven beside it. */
  readonly factor?: ProvenFactor | undefined
  /** When it was proven, where that may have been before; null if nobody said. Not given: now. */
  readonly provenAt?: number | null | undefined
  /** The provider that has signed the person in, for the log. */
  readonly provider?: string | undefined
  /** Note what the session began by, in its transaction. */
  readonly opened?: ((tx: Transaction, sessionId: string) => Promise<void>) | undefined
}

/**
 * What an account asks of a sign-in beside the first credential: nothing, to prove a second factor, to enrol one, or to prove
 * its mail.
 */
export type AskedFactor = 'nothing' | 'prove' | 'enrol' | 'mail'

/** A second factor that a person has proven. Only code that has verified one may create this value. */
export interface ProvenFactor {
  /** Whether it is one that was in force, one that is enrolled with this sign-in, or the mail of the account. */
  readonly does: Exclude<AskedFactor, 'nothing'>
  /** In the words of RFC 8176. */
  readonly amr: readonly string[]
  /** As the log calls it. */
  readonly name: string
  /** Use the proof up, in the transaction of the session. False if it was used before, or is worth nothing any more. */
  readonly use: (tx: Transaction) => Promise<boolean>
}

/** An account, as far as a sign-in depends on it. */
export interface Account {
  readonly username: string
  readonly user_type: string
  readonly password_hash: string | null
  readonly scopes: readonly Permission[]
  readonly permissionsVersion: string
  /** When one of the permissions ends; undefined if none does. */
  readonly endsAtMs: number | undefined
  readonly limits: SessionLimits
  readonly asks: Exclude<AskedFactor, 'mail'>
  /** Whether it asks for a mailed code where it asks for nothing else, at a place that it does not know. */
  readonly asksMail: () => Promise<boolean>
}

const reasons = {
  prove: 'factor_required',
  enrol: 'enrolment_required',
  mail: 'mail_code_required',
} as const

/** The account asks for a second factor that was not proven. There is no session, and nothing has changed. */
export class FactorRequired extends Refusal {
  readonly asks: Exclude<AskedFactor, 'nothing'>

  constructor(asks: Exclude<AskedFactor, 'nothing'>, userId: string) {
    super('factor_required', 'this account signs in with a second factor, too', {
      reason: reasons[asks],
      refused: { event: 'user.sign_in', subject: userId, subjectKind: 'user' },
    })
    this.asks = asks
  }
}

export interface OpenedSession {
  readonly sessionId: string
  readonly access: IssuedToken
  readonly refreshToken: string
  /** What the access token permits. */
  readonly scopes: readonly string[]
}

export interface GateGround extends Ground {
  readonly revocations: Revocations
  readonly noteEndedSession: NoteEndedSession
  readonly issue: IssueToken
  readonly regionOf: RegionOf
  /**
   * Record the sign-in and lock the account until the transaction ends: disabling and signing in happen one
   * after the other, whichever comes first. The account as it is then; undefined if it may not sign in.
   */
  readonly lockForSignIn: (tx: Transaction, userId: string, now: number) => Promise<Account | undefined>
}

/** The `client_id` of the pages and commands of this server. */
export const firstParty = 'latchkey'

/** An account has so many sessions at once. With one more, the one that was used longest ago ends. */
const mostSessions = 100

/** What tokens a sign-in is to bring. */
export interface AskedTokens {
  /** The key that all tokens of the session are bound to; bearer tokens without. */
  readonly key: ProvenKey | undefined
  /** The service that the access token is for; this server without. */
  readonly target?: ServiceTarget | undefined
  /** The app of another company that signs the person in, and when the session ends at the latest. */
  readonly app?: { readonly id: string; readonly endsAtMs: number } | undefined
}

/**
 * The one gate. Every way to sign in ends here, and nothing else creates a session: rules for all
 * sign-ins are in this function.
 * @throws {FactorRequired} if the account asks for a second factor that was not proven
 * @throws {Refusal} `credentials_invalid`; `code_wrong` for a second factor that was used before; `scope_invalid` for a service
 * that knows nothing of what the person may do
 */
export async function openSession(
  ground: GateGround,
  person: ProvenPerson,
  { key, target, app }: AskedTokens,
  client: ClientInfo,
): Promise<OpenedSession> {
  const { db, world, activity, issue, regionOf, lockForSignIn } = ground
  const sessionId = newIdentifier('ses', world)
  const now = world.now()
  const amr = [...person.amr, ...(person.factor?.amr ?? [])]
  const started = { created_at: now, ends_at: app?.endsAtMs ?? null }
  const { account, scopes, refreshToken } = await db.transaction(async (tx) => {
    await person.use?.(tx)
    // What was read before may have changed: a password takes a while to check.
    const account = await lockForSignIn(tx, person.userId, now)
    if (!account || !person.stillHolds(account)) {
      throw new Refusal('credentials_invalid', 'the user name or the password is not right', {
        reason: account ? 'proof_outdated' : 'account_disabled',
        refused: { event: 'user.sign_in', subject: person.userId, subjectKind: 'user' },
      })
    }
    await requireFactor(tx, account, person)
    const scopes = await scopesFor(tx, account, person.userId, target)
    await insertSession(tx, {
      ...{ id: sessionId, user_id: person.userId, client_id: app?.id ?? null, ...started, last_used_at: now },
      ...{ address: client.address, region: regionOf(client.address), user_agent: client.userAgent ?? null },
      ...{ amr, ended_at: null, end_reason: null, acted_by: null, acted_by_session: null },
      ...{ within_session: null, by_application: 0 },
    })
    await person.opened?.(tx, sessionId)
    const refreshToken = await startFamily(tx, world, { sessionId, clientId: null, key })
    const who = { subject: person.userId, subjectKind: 'user', sessionId, clientId: app?.id, client } as const
    const details = detailsOf(person, amr, { key, target })
    await activity.record(tx, who, 'user.sign_in', undefined, { details })
    for (const surplus of await findSurplusSessions(tx, person.userId, mostSessions)) {
      await endSession(ground, tx, surplus, 'too_many_sessions', who)
    }
    return { account, scopes, refreshToken }
  })
  const grant: Grant = {
    subject: person.userId,
    kind: 'user',
    username: account.username,
    clientId: app?.id ?? firstParty,
    scopes,
    permissionsVersion: account.permissionsVersion,
    endsAtMs: earliest(account.endsAtMs, endOf(started, account.limits)),
    sessionId,
    userType: account.user_type,
    authTimeMs: person.provenAt === undefined ? now : (person.provenAt ?? undefined),
    amr,
    acr: contextOf(amr),
    boundTo: key,
  }
  return { sessionId, access: await issue(grant, target), refreshToken, scopes }
}

/** What the log is told of a sign-in. */
function detailsOf(
  { provider, factor }: ProvenPerson,
  amr: readonly string[],
  { key, target }: AskedTokens,
): Details {
  return {
    amr: amr.join(' '),
    ...(provider !== undefined && { provider }),
    ...(factor && { factor: factor.name }),
    ...(key !== undefined && { bound: 'dpop' }),
    ...(target && { service: target.service }),
  }
}

/** What goes into the token: what the account may do here, or what of it the service knows. */
async function scopesFor(
  tx: Transaction,
  { scopes, user_type: userType }: Account,
  userId: string,
  target: ServiceTarget | undefined,
): Promise<readonly string[]> {
  if (!target) return scopes
  try {
    return await target.scopesOf(tx, { kind: 'user', userType, holds: scopes })
  } catch (error) {
    throw telling(error, { event: 'user.sign_in', subject: userId, subjectKind: 'user' })
  }
}

/** A session in which somebody acts as a person. The caller has authorized it, in this transaction. */
export interface ActingSession {
  readonly id: string
  readonly userId: string
  readonly actor: string
  readonly actorSession: string
  readonly endsAt: number
}

/**
 * The side of the gate for who acts as a person, who is not there and proves nothing: no refresh tokens, no factor, no note of a
 * sign-in, and an end.
 */
export async function openActingSession(
  { world, regionOf }: Pick<GateGround, 'world' | 'regionOf'>,
  tx: Transaction,
  client: ClientInfo,
  { id, userId, actor, actorSession, endsAt }: ActingSession,
): Promise<void> {
  const now = world.now()
  await insertSession(tx, {
    ...{ id, user_id: userId, client_id: null, created_at: now, last_used_at: now },
    ...{ address: client.address, region: regionOf(client.address), user_agent: client.userAgent ?? null },
    ...{ amr: [], ended_at: null, end_reason: null },
    ...{
      acted_by: actor,
      acted_by_session: actorSession,
      ends_at: endsAt,
      within_session: null,
      by_application: 0,
    },
  })
}

/** A session by which an application acts for a person who has let it in, within a browser's session or beyond it. */
export interface ApplicationSession {
  readonly id: string
  readonly userId: string
  readonly application: string
  /** How the person signed in. */
  readonly amr: readonly string[]
  readonly within: string | null
}

/**
 * The side of the gate for applications that a signed-in person lets in. The caller has used up what proves that, in this transaction:
 * the account and the session of the browser are looked at there. It brings no sign-in of its own.
 */
export async function openApplicationSession(
  ground: Pick<GateGround, 'world' | 'regionOf' | 'activity' | 'revocations' | 'noteEndedSession'>,
  tx: Transaction,
  client: ClientInfo,
  { id, userId, application, amr, within }: ApplicationSession,
): Promise<void> {
  const { world, regionOf } = ground
  const now = world.now()
  await insertSession(tx, {
    ...{ id, user_id: userId, client_id: application, created_at: now, last_used_at: now, amr },
    ...{ address: client.address, region: regionOf(client.address), user_agent: client.userAgent ?? null },
    ...{ ended_at: null, end_reason: null, acted_by: null, acted_by_session: null, ends_at: null },
    ...{ within_session: within, by_application: 1 },
  })
  const who = { subject: userId, subjectKind: 'user', sessionId: id, clientId: application, client } as const
  for (const surplus of await findSurplusSessions(tx, userId, mostSessions)) {
    await endSession(ground, tx, surplus, 'too_many_sessions', who)
  }
}

/** No session of an account that asks for a second factor, but with one of the kind that it asks for. */
async function requireFactor(
  tx: Transaction,
  account: Account,
  { userId, amr, factor, isKnownPlace }: ProvenPerson,
): Promise<void> {
  const mayAskMail = account.asks === 'nothing' && factor?.does !== 'mail'
  const asks = mayAskMail && (await account.asksMail()) && !(await isKnownPlace(tx)) ? 'mail' : account.asks
  // A factor that was enrolled at another sign-in meanwhile makes this one prove it: to enrol is not enough any more.
  // Whoever has proven two factors already need not enrol one beside them.
  const isAsked = asks !== 'nothing' && !(asks === 'enrol' && amr.includes('mfa'))
  if (isAsked && factor?.does !== asks) throw new FactorRequired(asks, userId)
  if (factor === undefined || (await factor.use(tx))) return
  throw new Refusal('code_wrong', 'this code is not right, or was used before; wait for the next', {
    reason: 'factor_used',
    refused: { event: 'user.sign_in', subject: userId, subjectKind: 'user' },
  })
}
