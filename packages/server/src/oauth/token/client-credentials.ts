import type { Activity } from '../../activity/activity.ts'
import { authenticateService } from '../../clients/services.ts'
import type { Database } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Origin } from '../../http/route.ts'
import type { IssuedToken, IssueToken } from '../../tokens/issue.ts'
import type { PresentedProof, Proofs } from '../../tokens/proofs.ts'

export interface ClientCredentials {
  readonly clientId: string
  readonly secret: string
}

interface Parts {
  readonly db: Database
  readonly activity: Activity
  readonly issue: IssueToken
  readonly proofs: Proofs
}

/**
 * A service's token for itself (RFC 6749 section 4.4). It gets what it asks for of what it is allowed, or all of
 * that where it asks for nothing. A proof is judged before the secret.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `scope_invalid`
 */
export async function grantClientCredentials(
  { db, activity, issue, proofs }: Parts,
  credentials: ClientCredentials,
  { scope: requested, proof }: { scope: string | undefined; proof: PresentedProof },
  origin: Origin,
): Promise<IssuedToken & { scope: string }> {
  // What is not even formed like one of our ids may be anything, a secret too, and is not written down.
  const clientId = /^svc_\w{26}$/.test(credentials.clientId) ? credentials.clientId : undefined
  const attempt = { event: 'service.token', origin, clientId } as const
  try {
    const key = await proofs.keyOf(proof)
    const service = await authenticateService({ db }, credentials.clientId, credentials.secret)
    const allowed = service.scopes.split(' ').filter(Boolean)
    const scopes = requested === undefined ? allowed : [...new Set(requested.split(' ').filter(Boolean))]
    if (!scopes.every((scope) => allowed.includes(scope))) {
      throw new Refusal('scope_invalid', 'the service may not ask for one of these scopes', {
        reason: 'scope_invalid',
      })
    }
    await activity.recordAlone({
      ...attempt,
      outcome: 'success',
      subject: service.id,
      subjectKind: 'service',
      ...(key !== undefined && { details: { bound: 'dpop' } }),
    })
    const { id } = service
    const issued = issue({ subject: id, kind: 'service', clientId: id, scopes, boundTo: key })
    return { ...issued, scope: scopes.join(' ') }
  } catch (error) {
    if (error instanceof Refusal)
      await activity.recordAlone({ ...attempt, outcome: 'refused', reason: error.reason ?? error.code })
    throw error
  }
}
