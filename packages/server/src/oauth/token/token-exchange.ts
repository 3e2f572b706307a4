import type { VerifiedClaims } from 'latchkey/token'
import { application as applicationTarget } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { type DeviceDetail, firstEndOf, readDetails } from '../../authorization-details.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import { earliest } from '../../sessions/limits.ts'
import type { ActorClaims, Grant } from '../../tokens/grant.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import { authenticateClient, type Client } from '../clients/authenticate.ts'
import type { ClientRequest } from '../clients/presented.ts'
import { narrowedDetails } from '../details.ts'
import type { Granted, TokenRequest } from '../granted.ts'
import type { OauthGround, Person } from '../ground.ts'
import { lookAt } from '../introspection/introspect.ts'
import { audienceOf } from '../resources.ts'
import { isIdentityScope } from '../scopes.ts'
import { scopesNow } from '../sessions/issue.ts'
import { requestedOf } from './requested.ts'

/** RFC 8693 section 2.1. */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 8693 section 3: our access tokens are both. */
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const tokenTypes: readonly string[] = [accessToken, 'urn:ietf:params:oauth:token-type:jwt']

/** So many acted one for the other at most: whoever reads `act` should not read for long. */
const mostActors = 4

/** What the form says of it. */
export interface ExchangeForm {
  readonly subject_token?: string | undefined
  readonly subject_token_type?: string | undefined
  readonly requested_token_type?: string | undefined
  readonly actor_token?: string | undefined
  readonly actor_token_type?: string | undefined
  readonly audience?: string | undefined
  readonly authorization_details?: string | undefined
}

type Exchanged = Granted & { readonly issuedTokenType: string }

/**
 * Exchange a token for one that may do less (RFC 8693). A service that was called for a person calls another one for them: with the scopes
 * that both have there, and the token names it in `act`. An application narrows a token of its own.
 * @throws {Refusal} `subject_token_invalid`, `grant_not_allowed`, `resource_unknown`, `scope_invalid`, `details_invalid`,
 * `client_invalid`, `dpop_proof_invalid`, `request_invalid`
 */
export async function grantByExchange(
  ground: OauthGround,
  presented: ClientRequest & { readonly form: ExchangeForm },
  request: TokenRequest,
  client: ClientInfo,
): Promise<Exchanged> {
  const token = subjectTokenIn(presented.form)
  const key = await ground.proofs.keyOf(request.proof)
  const asker = await authenticateClient(ground, presented, client)
  const told = { event: eventOf(asker), clientId: asker.id, client } as const
  try {
    const seen = await lookAt(ground, asker, token)
    if (!seen.active || seen.token_type === 'refresh_token') throw invalid('not_active')
    const claims = seen.claims as VerifiedClaims // of a token that was verified
    if (claims.kind !== 'user' || typeof claims.sub !== 'string') throw invalid('not_of_a_person')
    const person = await ground.findPerson(ground.db, claims.sub)
    if (!person) throw invalid('person_disabled')
    const resource = resourceIn(presented.form, request)
    const given = { person, claims, key, resource, scope: request.scope }
    const { authorization_details: details } = presented.form
    if (asker.kind === 'service' && details !== undefined) {
      throw new Refusal('details_invalid', 'devices are of this server alone', {
        reason: 'details_elsewhere',
      })
    }
    const granted =
      asker.kind === 'service'
        ? await actOnward(ground, asker, given, client)
        : await narrow(ground, asker, { ...given, details }, client)
    return { ...granted, issuedTokenType: accessToken }
  } catch (error) {
    throw telling(error, told)
  }
}

const eventOf = ({ kind }: Client) => (kind === 'service' ? 'service.token' : 'application.token')

interface Given {
  readonly person: Person
  readonly claims: VerifiedClaims
  readonly key: ProvenKey | undefined
  readonly resource: string | undefined
  readonly scope: string | undefined
}

/** For a service to which the token was presented: it acts for its person at another one. */
async function actOnward(
  ground: OauthGround,
  { id, service }: Client & { kind: 'service' },
  { person, claims, key, resource, scope }: Given,
  client: ClientInfo,
): Promise<Granted> {
  const { activity, issue, findTarget } = ground
  if (claims.client_id === id) throw invalid('not_presented')
  const target = await findTarget(resource)
  if (!target || target.service === id) {
    throw new Refusal('resource_unknown', 'name the audience of another service', {
      reason: 'resource_missing',
    })
  }
  const scopes = requestedOf(scope, await sharedScopes(ground, target, person, { id, holds: service.scopes }))
  // Two that have nothing in common there would else get a token by which the person is somebody.
  if (scopes.length === 0)
    throw new Refusal('scope_invalid', 'the service has no scope there', { reason: 'nothing_shared' })
  const who = { subject: person.id, subjectKind: 'user', clientId: id, ...sessionIn(claims), client } as const
  const details = {
    service: target.service,
    scopes: scopes.join(' '),
    ...(key !== undefined && { bound: 'dpop' }),
  }
  await activity.recordAlone(who, 'service.token', undefined, { details })
  const access = await issue(
    { ...personIn(claims, person), scopes, clientId: id, boundTo: key, actor: actorOf(id, claims.act) },
    target,
  )
  return { ...access, scope: scopes.join(' ') }
}

/** What the person has at a service and the one that asks has there itself. */
async function sharedScopes(
  { db }: OauthGround,
  target: ServiceTarget,
  person: Person,
  { id, holds }: { readonly id: string; readonly holds: readonly string[] },
): Promise<readonly string[]> {
  const ofPerson = await target.scopesOf(db, {
    kind: 'user',
    userType: person.userType,
    holds: person.scopes,
  })
  const own = await target.scopesOf(db, { kind: 'service', id, holds })
  return ofPerson.filter((scope) => own.includes(scope))
}

/** For an application that got the token, since it is active for it: one that may do less, to hand on. */
async function narrow(
  ground: OauthGround,
  { application }: Client & { kind: 'application' },
  { person, claims, key, resource, scope, details: named }: Given & { readonly details: string | undefined },
  client: ClientInfo,
): Promise<Granted> {
  const { db, activity, issue, findTarget, world } = ground
  if (!application.grants.includes(tokenExchange)) {
    throw new Refusal('grant_not_allowed', 'this client may not use this grant', {
      reason: 'grant_not_allowed',
    })
  }
  // Who has stolen a bound token has not got its key.
  const bound = thumbprintIn(claims)
  if (bound !== undefined && bound !== key) throw invalid('key_mismatch')
  const own = claims.aud === ground.audience ? undefined : String(claims.aud)
  if (resource !== undefined && (await audienceOf(findTarget, resource)) !== (own ?? null)) {
    throw new Refusal('resource_unknown', 'the token is for another resource', { reason: 'resource_differs' })
  }
  const target = await findTarget(own)
  const held = typeof claims.scope === 'string' ? claims.scope.split(' ').filter(Boolean) : []
  const scopes = await scopesNow(db, person, target, requestedOf(scope, held))
  const before =
    claims.authorization_details === undefined ? undefined : readDetails(claims.authorization_details)
  const details = narrowedDetails(before, named, world.now())
  const who = {
    subject: person.id,
    subjectKind: 'user',
    clientId: application.id,
    ...sessionIn(claims),
    client,
  } as const
  const told = { grant_type: tokenExchange, scopes: scopes.join(' ') }
  await activity.recordAlone(who, 'application.token', applicationTarget(application.id), { details: told })
  const grant: Grant = {
    ...personIn(claims, person, details),
    scopes: target ? scopes.filter((one) => !isIdentityScope(one)) : scopes,
    ...{ clientId: application.id, boundTo: bound ?? key, details },
    ...(application.type === 'agent' && { actor: { sub: application.id } }),
  }
  return { ...(await issue(grant, target)), scope: scopes.join(' '), details }
}

/** What a token goes on saying of its person. It ends no later than the one before. */
function personIn(
  claims: VerifiedClaims,
  person: Person,
  details?: readonly DeviceDetail[],
): Omit<Grant, 'scopes' | 'clientId'> {
  const { exp = 0, auth_time: authTime, amr, acr } = claims
  return {
    ...{ subject: person.id, kind: 'user', username: person.username, userType: person.userType },
    ...sessionIn(claims),
    permissionsVersion: person.permissionsVersion,
    endsAtMs: earliest(exp * 1000, person.endsAtMs, details && firstEndOf(details)),
    ...(typeof authTime === 'number' && { authTimeMs: authTime * 1000 }),
    ...(Array.isArray(amr) && { amr: amr.map(String) }),
    ...(typeof acr === 'string' && { acr }),
  }
}

const sessionIn = ({ sid }: VerifiedClaims) => (typeof sid === 'string' ? { sessionId: sid } : {})

function thumbprintIn({ cnf }: VerifiedClaims): string | undefined {
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? String(cnf.jkt) : undefined
}

/** Who acts now, before whom others did: what ends one of their tokens ends this one, by the session that all say. */
function actorOf(id: string, before: unknown): ActorClaims {
  if (before === undefined) return { sub: id }
  const chain = before as ActorClaims // of a token of this server
  for (let count = 1, one: ActorClaims | undefined = chain; one; one = one.act, count += 1) {
    if (count >= mostActors) throw invalid('too_many_actors')
  }
  return { sub: id, act: chain }
}

function subjectTokenIn({ subject_token: token, subject_token_type: type, ...form }: ExchangeForm): string {
  if (token === undefined) throw new Refusal('request_invalid', 'the subject_token is missing')
  if (type === undefined || !tokenTypes.includes(type)) {
    throw new Refusal('request_invalid', `the subject_token_type is ${tokenTypes.join(' or ')}`)
  }
  if (form.requested_token_type !== undefined && !tokenTypes.includes(form.requested_token_type)) {
    throw new Refusal('request_invalid', `the requested_token_type is ${tokenTypes.join(' or ')}`)
  }
  if (form.actor_token !== undefined || form.actor_token_type !== undefined) {
    throw new Refusal('request_invalid', 'who acts is the client that asks; there is no actor_token')
  }
  return token
}

/** RFC 8693 calls it audience, RFC 8707 resource. */
function resourceIn({ audience }: ExchangeForm, { resource }: TokenRequest): string | undefined {
  if (audience === undefined || resource === undefined || audience === resource) return resource ?? audience
  throw new Refusal('request_invalid', 'audience and resource are two names of one thing')
}

function invalid(reason: EventReason): Refusal {
  return new Refusal('subject_token_invalid', 'this subject_token is not valid for this', { reason })
}
