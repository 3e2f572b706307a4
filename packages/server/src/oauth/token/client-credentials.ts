import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import type { ClientRequest } from '../clients/presented.ts'
import type { Granted, TokenRequest } from '../granted.ts'
import type { OauthGround } from '../ground.ts'
import { requestedOf } from './requested.ts'

/**
 * A service's token for itself (RFC 6749 section 4.4). It gets what it asks for of what it is allowed, or all of
 * that where it asks for nothing. A proof is judged before the secret.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `grant_not_allowed`, `resource_unknown`, `scope_invalid`
 */
export async function grantClientCredentials(
  ground: OauthGround,
  presented: ClientRequest,
  { scope: requested, resource, proof }: TokenRequest,
  client: ClientInfo,
): Promise<Granted> {
  const { db, activity, issue, proofs, findTarget } = ground
  try {
    const key = await proofs.keyOf(proof)
    const authenticated = await authenticateClient(ground, presented, client)
    if (authenticated.kind !== 'service') {
      throw new Refusal('grant_not_allowed', 'only services get tokens for themselves', {
        reason: 'grant_not_allowed',
      })
    }
    const { id, service } = authenticated
    try {
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
        subject: id,
        kind: 'service',
        username: service.name,
        clientId: id,
        scopes,
        boundTo: key,
      } as const
      return { ...(await issue(grant, target)), scope: scopes.join(' ') }
    } catch (error) {
      throw telling(error, { clientId: id })
    }
  } catch (error) {
    throw telling(error, { event: 'service.token' })
  }
}
