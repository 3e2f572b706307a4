import { application as applicationTarget, type Refused } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { DeviceDetail } from '../../authorization-details.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal, telling } from '../../errors.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { endSession } from '../../sessions/end.ts'
import { findSession, holdSession, type SessionRow } from '../../sessions/store.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import type { ClaimsRequest } from '../authorize/claims-request.ts'
import { type CodeRow, findCode, useCode } from '../authorize/store.ts'
import { detailsIn, narrowedDetails } from '../details.ts'
import type { Granted } from '../granted.ts'
import type { OauthGround, Person } from '../ground.ts'
import { audienceOf } from '../resources.ts'
import { grantedIn, scopesNow } from '../sessions/issue.ts'
import { openFor } from '../sessions/open.ts'
import { isVerified } from './proof-of-code.ts'

export interface CodeRequest {
  /** The key that the request proves. */
  readonly key: ProvenKey | undefined
  readonly resource: string | undefined
  readonly code: string | undefined
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  /** The part of what was granted that the token is for. */
  readonly details: string | undefined
}

/**
 * Redeem a code (RFC 6749 section 4.1.3): once. The session of the application, its refresh tokens and the use of the code are one
 * transaction; a second use ends what came of the first.
 * @throws {Refusal} `code_invalid`, `resource_unknown`, `scope_invalid`, `details_invalid`
 */
export async function grantByCode(
  ground: OauthGround,
  application: ApplicationRow,
  asked: CodeRequest,
  client: ClientInfo,
): Promise<Granted> {
  const row = await presented(ground, application, asked)
  try {
    return await openedBy(ground, { row, application, asked }, client)
  } catch (error) {
    throw telling(error, refusedOf(row))
  }
}

interface Presenting {
  readonly row: CodeRow
  readonly application: ApplicationRow
  readonly asked: CodeRequest
}

async function openedBy(
  ground: OauthGround,
  { row, application, asked }: Presenting,
  client: ClientInfo,
): Promise<Granted> {
  const { db, world, findTarget } = ground
  const { key } = asked
  const session = await findSession(db, row.session_id)
  const person = await ground.findPerson(db, row.user_id)
  // Whether the session goes on is asked where it is held.
  if (!session || !person) throw invalid('session_ended', row)
  const target = await findTarget(row.resource ?? undefined)
  if (asked.resource !== undefined && (await audienceOf(findTarget, asked.resource)) !== row.resource) {
    throw new Refusal('resource_unknown', 'the code is for another resource', { reason: 'resource_differs' })
  }
  const scopes = await scopesNow(db, person, target, row.scopes)
  const consented = detailsIn(row.details)
  const details = narrowedDetails(consented, asked.details, world.now())
  const opened = { id: newIdentifier('ses', world), created_at: world.now(), ends_at: null, amr: session.amr }
  const given = { row, application, person, session, scopes, details: consented, opened, key, target }
  const refreshToken = await db.transaction((tx) => redeem(ground, tx, given, client))
  if (refreshToken === 'used') throw await endStolen(ground, row, client)

  const of = {
    session: opened,
    application,
    person,
    authTimeMs: session.created_at,
    target,
    scopes,
    details,
    boundTo: key,
  }
  return grantedIn(ground, of, { refreshToken, nonce: row.nonce, named: claimsIn(row)?.idToken ?? [] })
}

function claimsIn({ claims }: CodeRow): ClaimsRequest | undefined {
  return claims === null ? undefined : (JSON.parse(claims) as ClaimsRequest) // as grantCode wrote it
}

/** The code, if it is this application's and everything that it is bound to comes with it. Its use is not judged here. */
async function presented(
  { db }: OauthGround,
  application: ApplicationRow,
  { code, redirectUri, codeVerifier, key }: CodeRequest,
): Promise<CodeRow> {
  if (code === undefined) throw new Refusal('request_invalid', 'the code is missing')
  if (!isSecret('code', code)) throw invalid('code_malformed')
  const row = await findCode(db, hashSecret(code))
  if (!row) throw invalid('code_unknown')
  if (row.application !== application.id) throw invalid('code_of_another', row)
  // OAuth 2.1 does not ask for the address again, since the challenge binds the code; without one, RFC 6749 section 4.1.3 does.
  const needsAddress = redirectUri !== undefined || row.code_challenge === null
  if (needsAddress && redirectUri !== row.redirect_uri) throw invalid('redirect_differs', row)
  if (!isVerified(row.code_challenge, codeVerifier)) throw invalid('verifier_wrong', row)
  const needsKey = row.jkt !== null || application.requires_dpop
  if (needsKey && key === undefined) throw invalid('key_missing', row)
  if (row.jkt !== null && row.jkt !== key) throw invalid('key_mismatch', row)
  return row
}

interface Redeeming {
  readonly row: CodeRow
  readonly application: ApplicationRow
  readonly person: Person
  readonly session: SessionRow
  readonly scopes: readonly string[]
  readonly details: readonly DeviceDetail[] | undefined
  readonly opened: Pick<SessionRow, 'id'>
  readonly key: ProvenKey | undefined
  readonly target: ServiceTarget | undefined
}

async function redeem(
  ground: OauthGround,
  tx: Transaction,
  { row, application, person, session, scopes, details, opened, key, target }: Redeeming,
  client: ClientInfo,
): Promise<string | undefined | 'used'> {
  const now = ground.world.now()
  if (!(await useCode(tx, row.hash, { now, opened: opened.id }))) return 'used'
  // The browser's session may have ended since it was read. Held, it cannot end without what is opened within it.
  const present = await holdSession(tx, session.id)
  if (present?.ended_at !== null) throw invalid('session_ended', row)
  const letIn = {
    ...{ id: opened.id, grantType: 'authorization_code', application, person, session, scopes, target, key },
    ...{
      isWithin: !row.scopes.includes('offline_access'),
      consented: row.scopes,
      claims: row.claims,
      details,
    },
  }
  return openFor(ground, tx, letIn, client)
}

/** A code that comes again was stolen on its way, or its first use was: what came of it ends (RFC 6749 section 4.1.2). */
async function endStolen(ground: OauthGround, { hash }: CodeRow, client: ClientInfo): Promise<Refusal> {
  const row = await findCode(ground.db, hash)
  if (row?.used_at == null || row.opened === null) return invalid('code_over', row)
  const { opened, application, user_id: subject } = row
  const who = { subject, subjectKind: 'user', clientId: application, sessionId: opened, client } as const
  await ground.db.transaction(async (tx) => {
    const ended = await endSession(ground, tx, opened, 'code_reused', who)
    const more = { outcome: 'alarm', reason: 'code_reused' } as const
    if (ended)
      await ground.activity.record(tx, who, 'application.token', applicationTarget(application), more)
  })
  return invalid('code_used', row)
}

function invalid(reason: EventReason, row?: CodeRow): Refusal {
  return new Refusal('code_invalid', 'this code is not valid', { reason, refused: refusedOf(row) })
}

function refusedOf(row: CodeRow | undefined): Refused {
  const who = row && { subject: row.user_id, subjectKind: 'user' as const, clientId: row.application }
  return { event: 'application.token', ...who }
}
