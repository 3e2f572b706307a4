import { decodeUnverified } from 'latchkey/token'
import { fitsPattern } from '../../applications/workloads/pattern.ts'
import { findWorkloads, type WorkloadRow } from '../../applications/workloads/store.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { clockToleranceSeconds } from '../../tokens/authenticate.ts'
import { type AssertionFault, headerOf, isOnly, readSigned, timesFault } from './assertions.ts'
import type { ClientsGround } from './ground.ts'

/** What a token of an issuer outside proves of a client. */
export type Workload =
  | {
      readonly kind: 'proven'
      readonly workload: string
      /** What has to be used up; undefined for one that counts for its life. */
      readonly once?: { readonly name: string; readonly untilMs: number }
    }
  | { readonly kind: 'unproven'; readonly reason: AssertionFault | 'issuer_unknown' | 'subject_unknown' }

/** A token of a cluster lives for an hour or some, and one without an end for ever. */
const longestLifeSeconds = 86_400

/**
 * Judge an assertion that somebody outside has signed for a client (RFC 7521 section 4.2). Undefined if the client trusts no such
 * issuer, or has signed it itself.
 */
export async function workloadOf(
  ground: ClientsGround,
  client: string,
  assertion: string,
): Promise<Workload | undefined> {
  const header = headerOf(assertion)
  if (!header) return undefined
  // Only chooses whose keys are asked for, among those that this client trusts.
  const { iss } = decodeUnverified(assertion).claims
  if (iss === client) return undefined
  const trusted = (await findWorkloads(ground.db, client)).filter(({ issuer }) => issuer === iss)
  if (typeof iss !== 'string' || trusted.length === 0) return undefined
  const keys = await ground.clientKeys.ofIssuer(iss, header)
  if (!keys) return { kind: 'unproven', reason: 'issuer_unknown' }
  const read = readSigned(assertion, keys)
  if (read.kind === 'invalid') return { kind: 'unproven', reason: read.fault }
  return judged(read.claims, { trusted, assertion, nowMs: ground.world.now() })
}

function judged(
  claims: Readonly<Record<string, unknown>>,
  {
    trusted,
    assertion,
    nowMs,
  }: { readonly trusted: readonly WorkloadRow[]; readonly assertion: string; readonly nowMs: number },
): Workload {
  const { sub, aud, jti } = claims
  const named = trusted.filter(({ subject }) => typeof sub === 'string' && fitsPattern(subject, sub))
  if (named.length === 0) return { kind: 'unproven', reason: 'subject_unknown' }
  const workload = named.find(({ audience }) => isOnly(aud, audience))
  if (!workload) return { kind: 'unproven', reason: 'audience_mismatch' }
  const fault = timesFault(claims, nowMs)
  if (fault !== undefined) return { kind: 'unproven', reason: fault }
  const expiresAt = claims.exp as number // timesFault has looked
  if (expiresAt > nowMs / 1000 + longestLifeSeconds) return { kind: 'unproven', reason: 'life_too_long' }
  if (workload.reuse === 'life') return { kind: 'proven', workload: workload.id }
  // Some issuers name no token: then the whole of it is what counts once.
  const own =
    typeof jti === 'string' && jti.length > 0 ? `id ${jti}` : `whole ${hashSecret(signedPart(assertion))}`
  const name = `of ${workload.issuer} ${own}`
  return {
    ...{ kind: 'proven', workload: workload.id },
    once: { name, untilMs: Math.ceil((expiresAt + clockToleranceSeconds) * 1000) },
  }
}

/** Without the signature: of some algorithms another one is good as well for the same text. */
function signedPart(assertion: string): string {
  return assertion.slice(0, assertion.lastIndexOf('.'))
}
