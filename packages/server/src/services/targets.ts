import type { Reader } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { profileOf } from '../tokens/profiles/choice.ts'
import type { Asker, FindTarget } from '../tokens/target.ts'
import { writtenVersion } from './end-tokens.ts'
import type { ServicesGround } from './ground.ts'
import { findScopesOf, type ScopeHolder } from './scopes/store.ts'
import type { Signers } from './signers.ts'
import { findServiceFor, type ServiceRow } from './store.ts'

/**
 * Finds the service that somebody asks a token for. It is read each time, so that a change counts at once in every process on
 * the database.
 */
export function createFindTarget(ground: ServicesGround, signers: Signers): FindTarget {
  const { db, audience: ours, lifeSeconds } = ground
  return async (audience) => {
    if (audience === undefined || audience === ours) return undefined
    const service = await enabledFor(db, audience)
    const profile = profileOf(service.profile)
    return {
      ...{ service: service.id, audience, profile },
      // Read before the scopes are: a token with a scope that was taken meanwhile says the version that has ended.
      scopesVersion: writtenVersion(service),
      lifeSeconds: profile.lifeSeconds ?? lifeSeconds,
      ...(await signers.of(service.id, profile)),
      // Looked at again: it may have changed since it was found.
      scopesOf: async (reader, asker) => scopesOf(reader, await enabledFor(reader, audience), asker),
    }
  }
}

async function enabledFor(reader: Reader, audience: string): Promise<ServiceRow> {
  const service = await findServiceFor(reader, audience)
  if (service?.disabled_at === null) return service
  throw new Refusal('resource_unknown', 'there is no service with this audience', {
    reason: service ? 'service_disabled' : 'audience_unknown',
  })
}

/** What somebody holds and the service knows, as the service lists it. */
async function scopesOf(
  reader: Reader,
  { id, known_scopes }: ServiceRow,
  asker: Asker,
): Promise<readonly string[]> {
  const held = new Set(asker.kind === 'device' ? [] : asker.holds)
  for (const scope of await findScopesOf(reader, id, holderOf(asker))) held.add(scope)
  const scopes = known_scopes.filter((scope) => held.has(scope))
  if (scopes.length === 0 && known_scopes.length > 0) {
    throw new Refusal('scope_invalid', 'the service knows no scope that you have', { reason: 'nothing_held' })
  }
  return scopes
}

function holderOf(asker: Asker): ScopeHolder {
  if (asker.kind === 'device') return { kind: 'devices', name: '' }
  return asker.kind === 'service'
    ? { kind: 'service', name: asker.id }
    : { kind: 'user_type', name: asker.userType }
}
