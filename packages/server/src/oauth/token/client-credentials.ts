import { application as applicationTarget } from '../../activity/events.ts'
import { signalScopes } from '../../applications/scopes.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { authenticateClient, type Client } from '../clients/authenticate.ts'
import type { ClientRequest } from '../clients/presented.ts'
import type { Granted, TokenRequest } from '../granted.ts'
import type { OauthGround } from '../ground.ts'
import { requestedOf } from './requested.ts'

/**
 * A token of a client for itself (RFC 6749 section 4.4). It gets what it asks for of what it is allowed, or all of
 * that where it asks for nothing. A proof is judged before the secret.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `grant_not_allowed`, `resource_unknown`, `scope_invalid`
 */
export async function grantClientCredentials(
  ground: OauthGround,
  presented: ClientRequest,
  request: TokenRequest,
  client: ClientInfo,
): Promise<Granted> {
  try {
    const key = await ground.proofs.keyOf(request.proof)
    const asker = await authenticateClient(ground, presented, client)
    try {
      return asker.kind === 'service'
        ? await forService(ground, asker, { ...request, key }, client)
        : await forApplication(ground, asker, { ...request, key }, client)
    } catch (error) {
      throw telling(error, { clientId: asker.id })
    }
  } catch (error) {
    throw telling(error, { event: 'service.token' })
  }
}

type Asked = TokenRequest & { readonly key: ProvenKey | undefined }

async function forService(
  { db, activity, issue, findTarget }: OauthGround,
  { id, service }: Client & { readonly kind: 'service' },
  { scope: requested, resource, key }: Asked,
  client: ClientInfo,
): Promise<Granted> {
  const target = await findTarget(resource)
  const holds = service.scopes
  const allowed = target ? await target.scopesOf(db, { kind: 'service', id, holds }) : holds
  const scopes = requestedOf(requested, allowed)
  const who = { subject: id, subjectKind: 'service', clientId: id, client } as const
  const details = {
    ...(key !== undefined && { bound: 'dpop' }),
    ...(target && { service: target.service }),
  }
  const more = Object.keys(details).length > 0 ? { details } : {}
  await activity.recordAlone(who, 'service.token', undefined, more)
  const grant = {
    ...({
      subject: id,
      kind: 'service',
      username: service.name,
      clientId: id,
      scopes,
      boundTo: key,
    } as const),
  }
  return { ...(await issue(grant, target)), scope: scopes.join(' ') }
}

/** For itself an application manages the streams of shared signals that it receives, and does nothing else. */
async function forApplication(
  { activity, issue }: OauthGround,
  { id, application }: Client & { readonly kind: 'application' },
  { scope: requested, resource, key }: Asked,
  client: ClientInfo,
): Promise<Granted> {
  const about = { event: 'application.token', target: applicationTarget(id) } as const
  if (!application.grants.includes('client_credentials')) {
    throw new Refusal('grant_not_allowed', 'this client gets no tokens for itself', {
      ...{ reason: 'grant_not_allowed', refused: about },
    })
  }
  if (resource !== undefined) {
    throw new Refusal('resource_unknown', 'for itself an application gets tokens of this server alone', {
      refused: about,
    })
  }
  const bound = application.requires_dpop && key === undefined
  if (bound) throw new Refusal('dpop_proof_invalid', 'this client proves a key', { refused: about })
  const scopes = requestedOf(
    requested,
    application.scopes.filter((scope) => signalScopes.some((one) => one === scope)),
  )
  const details = {
    ...{ grant_type: 'client_credentials', scopes: scopes.join(' ') },
    ...(key !== undefined && { bound: 'dpop' }),
  }
  const who = { subject: id, subjectKind: 'application', clientId: id, client } as const
  await activity.recordAlone(who, 'application.token', applicationTarget(id), { details })
  const grant = { subject: id, kind: 'application', clientId: id, scopes, boundTo: key } as const
  return { ...(await issue(grant)), scope: scopes.join(' ') }
}
