import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import type { IssuedToken } from '../../tokens/issue.ts'
import type { Client } from '../clients/authenticate.ts'
import type { OauthGround } from '../ground.ts'
import { requestedOf } from './requested.ts'

/** What a request for a token says beside who asks. */
export interface TokenRequest {
  readonly scope: string | undefined
  /** The audience of the service that the token is for (RFC 8707); this server if it is not given. */
  readonly resource: string | undefined
  readonly proof: PresentedProof
  /** What the app of another company calls the device of its person. */
  readonly deviceId?: string | undefined
}

export type Granted = IssuedToken & {
  readonly scope: string
  /** Of a person, who has a session. */
  readonly session?: { readonly id: string; readonly refreshToken: string | undefined }
  readonly idToken?: string
}

/**
 * A token of a program for itself (RFC 6749 section 4.4). It gets what it asks for of what it is allowed, or all of that where it asks
 * for nothing. A program that people let in has nothing of its own here: it gets tokens for services that give it scopes.
 * @throws {Refusal} `dpop_proof_invalid`, `grant_not_allowed`, `resource_unknown`, `scope_invalid`
 */
export async function grantClientCredentials(
  { db, activity, issue, proofs, findTarget }: OauthGround,
  asker: Client,
  { scope: requested, resource, proof }: TokenRequest,
  client: ClientInfo,
): Promise<Granted> {
  const clientId = asker.id
  try {
    const key = await proofs.keyOf(proof)
    if (asker.kind !== 'service') {
      throw new Refusal('grant_not_allowed', 'only services get tokens for themselves', {
        reason: 'grant_not_allowed',
      })
    }
    const { id, name, scopes: holds } = asker.service
    const target = await findTarget(resource)
    const allowed = target ? await target.scopesOf(db, { kind: 'service', id, holds }) : holds
    const scopes = requestedOf(requested, allowed)
    const who = { subject: id, subjectKind: 'service', clientId, client } as const
    const details = {
      ...(key !== undefined && { bound: 'dpop' }),
      ...(target && { service: target.service }),
    }
    const more = Object.keys(details).length > 0 ? { details } : {}
    await activity.recordAlone(who, 'service.token', undefined, more)
    const grant = {
      subject: id,
      kind: 'service',
      username: name,
      clientId: id,
      scopes,
      boundTo: key,
    } as const
    return { ...(await issue(grant, target)), scope: scopes.join(' ') }
  } catch (error) {
    throw telling(error, { event: 'service.token', clientId })
  }
}
