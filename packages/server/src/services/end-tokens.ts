import type { Transaction } from '../database/database.ts'
import type { ServicesGround } from './ground.ts'
import { type ServiceRow, setScopesVersion } from './store.ts'

/** The version of the scopes of a service, as tokens for it say it. */
export function writtenVersion({ scopes_version }: Pick<ServiceRow, 'scopes_version'>): string {
  return scopes_version.toString(36)
}

/**
 * End the tokens that anybody has for a service, which the caller holds: somebody has lost a scope. Whoever still has scopes there gets
 * another token.
 */
export async function endTokensFor(
  { world, revocations }: Pick<ServicesGround, 'world' | 'revocations'>,
  tx: Transaction,
  service: ServiceRow,
): Promise<void> {
  if (service.audience === null) return
  await setScopesVersion(tx, service.id, Math.max(service.scopes_version + 1, world.now()))
  await revocations.revoke(tx, 'scopes', `${service.audience}.${writtenVersion(service)}`)
}
