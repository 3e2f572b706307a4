import type { Refused } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import { endReused, endSession } from '../../sessions/end.ts'
import { isOver } from '../../sessions/limits.ts'
import { findSession, type SessionRow, touchSession } from '../../sessions/store.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { rotate, sessionOfRefreshToken } from '../../tokens/refresh.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import { detailsIn, narrowedDetails } from '../details.ts'
import type { Granted } from '../granted.ts'
import type { OauthGround, Person } from '../ground.ts'
import { itemsOf } from '../parameters.ts'
import { audienceOf } from '../resources.ts'
import { issueFor, scopesNow } from '../sessions/issue.ts'
import { type ApplicationSessionRow, findApplicationSession } from '../sessions/store.ts'

export interface RefreshRequest {
  readonly refreshToken: string | undefined
  /** The key that the request proves. */
  readonly key: ProvenKey | undefined
  readonly scope: string | undefined
  readonly resource: string | undefined
  /** The part of what was granted that this one token is for. */
  readonly details: string | undefined
}

/**
 * Trade a refresh token of an application for a new access token and its successor (RFC 6749 section 6). What the person may do is
 * looked at again, and a scope that is named narrows this one access token.
 * @throws {Refusal} `refresh_invalid`, `refresh_reused`, `scope_invalid`, `resource_unknown`, `details_invalid`
 */
export async function grantByRefreshToken(
  ground: OauthGround,
  application: ApplicationRow,
  asked: RefreshRequest,
  client: ClientInfo,
): Promise<Granted> {
  const { refreshToken: presented } = asked
  if (presented === undefined) throw new Refusal('request_invalid', 'the refresh_token is missing')
  const { db } = ground
  const sessionId = await sessionOfRefreshToken(db, presented)
  const found = sessionId === undefined ? undefined : await sessionFor(ground, application, sessionId)
  if (!found) throw notValid('unknown', application, undefined)
  try {
    return await refreshed(ground, { ...found, application, presented, asked }, client)
  } catch (error) {
    throw telling(error, refusedOf(application, found.person))
  }
}

type Refreshing = Found & {
  readonly application: ApplicationRow
  readonly presented: string
  readonly asked: RefreshRequest
}

async function refreshed(
  ground: OauthGround,
  { session, given, person, application, presented, asked }: Refreshing,
  client: ClientInfo,
): Promise<Granted> {
  const { db, world, activity } = ground
  const { key } = asked
  const who = { subject: person.id, subjectKind: 'user', sessionId: session.id, client } as const
  const whose = { ...who, clientId: application.id }
  // Before it is used up: whoever asks for too much still has it afterwards.
  const target = await targetFor(ground, given, asked.resource)
  const scopes = await narrowed(ground, person, target, given, asked.scope)
  const details = narrowedDetails(detailsIn(given.details), asked.details, world.now())
  const rotation = await rotate(ground, presented, { clientId: application.id, key })
  if (rotation.kind === 'unproven') throw notValid(rotation.reason, application, person)
  if (rotation.kind === 'reused') {
    await endReused(ground, session.id, whose)
    throw new Refusal('refresh_reused', 'this refresh token was used before, so what it belongs to has ended')
  }
  if (isOver(session, person.limits, world.now())) {
    await db.transaction((tx) => endSession(ground, tx, session.id, 'session_limit', who))
    throw notValid('session_limit', application, person)
  }
  await db.transaction(async (tx) => {
    if (!(await touchSession(tx, session.id, world.now())))
      throw notValid('session_ended', application, person)
    const told = { scopes: scopes.join(' '), ...(target && { service: target.service }) }
    await activity.record(tx, whose, 'session.refresh', undefined, { details: told })
  })
  const access = await issueFor(ground, {
    ...{ session, application, person, authTimeMs: given.auth_time, target, scopes, details },
    boundTo: rotation.boundTo,
  })
  const refreshToken = rotation.token
  return { ...access, scope: scopes.join(' '), details, session: { id: session.id, refreshToken } }
}

interface Found {
  readonly session: SessionRow
  readonly given: ApplicationSessionRow
  readonly person: Person
}

async function sessionFor(
  { db, findPerson }: OauthGround,
  application: ApplicationRow,
  sessionId: string,
): Promise<Found | undefined> {
  const session = await findSession(db, sessionId)
  if (!session || session.client_id !== application.id) return undefined
  const given = await findApplicationSession(db, sessionId)
  const person = await findPerson(db, session.user_id)
  return given && person && { session, given, person }
}

/** The service of the session. Another one would need another consent. */
async function targetFor(
  { findTarget }: OauthGround,
  { resource }: ApplicationSessionRow,
  named: string | undefined,
): Promise<ServiceTarget | undefined> {
  if (named !== undefined && (await audienceOf(findTarget, named)) !== resource) {
    throw new Refusal('resource_unknown', 'this was granted for another resource', {
      reason: 'resource_differs',
    })
  }
  return findTarget(resource ?? undefined)
}

async function narrowed(
  { db }: OauthGround,
  person: Person,
  target: ServiceTarget | undefined,
  { scopes }: ApplicationSessionRow,
  named: string | undefined,
): Promise<readonly string[]> {
  const asked = named === undefined ? scopes : itemsOf(named)
  if (!asked.every((scope) => scopes.includes(scope))) {
    throw new Refusal('scope_invalid', 'a refresh never widens what was granted', { reason: 'scope_wider' })
  }
  return scopesNow(db, person, target, asked)
}

function notValid(reason: EventReason, application: ApplicationRow, person: Person | undefined): Refusal {
  return new Refusal('refresh_invalid', 'this refresh token is not valid', {
    reason,
    refused: refusedOf(application, person),
  })
}

function refusedOf({ id: clientId }: ApplicationRow, person: Person | undefined): Refused {
  const who = person && { subject: person.id, subjectKind: 'user' as const }
  return { event: 'session.refresh', clientId, ...who }
}
