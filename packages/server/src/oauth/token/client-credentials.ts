import type { ClientInfo } from '../../client-info.ts'
import { authenticateService } from '../../clients/services.ts'
import { Refusal, telling } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import { isIdentifier } from '../../secrets/identifiers.ts'
import type { IssuedToken } from '../../tokens/issue.ts'
import type { OauthGround } from '../ground.ts'

export interface ClientCredentials {
  readonly clientId: string
  readonly secret: string
}

/**
 * A service's token for itself (RFC 6749 section 4.4). It gets what it asks for of what it is allowed, or all of
 * that where it asks for nothing. A proof is judged before the secret.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `scope_invalid`
 */
export async function grantClientCredentials(
  { db, activity, issue, proofs }: OauthGround,
  { clientId: presented, secret }: ClientCredentials,
  { scope: requested, proof }: { scope: string | undefined; proof: PresentedProof },
  client: ClientInfo,
): Promise<IssuedToken & { scope: string }> {
  // What is not even formed like one of our ids may be anything, a secret too, and is not written down.
  const clientId = isIdentifier('svc', presented) ? presented : undefined
  try {
    const key = await proofs.keyOf(proof)
    const { id, scopes: allowed } = await authenticateService({ db }, presented, secret)
    const scopes: readonly string[] =
      requested === undefined ? allowed : [...new Set(requested.split(' ').filter(Boolean))]
    const may: readonly string[] = allowed
    if (!scopes.every((scope) => may.includes(scope))) {
      throw new Refusal('scope_invalid', 'the service may not ask for one of these scopes')
    }
    const who = { subject: id, subjectKind: 'service', clientId, client } as const
    const details = key === undefined ? undefined : { bound: 'dpop' }
    await activity.recordAlone(who, 'service.token', undefined, { details })
    const issued = issue({ subject: id, kind: 'service', clientId: id, scopes, boundTo: key })
    return { ...issued, scope: scopes.join(' ') }
  } catch (error) {
    throw telling(error, { event: 'service.token', clientId })
  }
}
