import type { Reader } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { profileOf } from '../tokens/profiles/choice.ts'
import type { Asker, FindTarget } from '../tokens/target.ts'
import { wholeText } from '../whole-text.ts'
import { writtenVersion } from './end-tokens.ts'
import type { ServicesGround } from './ground.ts'
import { findScopesOf, type ScopeHolder } from './scopes/store.ts'
import type { Signers } from './signers.ts'
import { findService, findServiceFor, type ServiceRow } from './store.ts'

const originForm = wholeText(/(https?:\/\/[^/?#]+)(\/?)/)

/**
 * Finds the service that somebody asks a token for. It is read each time, so that a change counts at once in every process on
 * the database.
 */
export function createFindTarget(ground: ServicesGround, signers: Signers): FindTarget {
  const { db, audience: ours, lifeSeconds } = ground
  return async (named) => {
    if (named === undefined || spellingsOf(named).includes(ours)) return undefined
    const service = await enabledFor(db, named)
    // As it is registered, for that is what the service compares.
    const audience = service.audience ?? named
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

async function enabledFor(reader: Reader, named: string): Promise<ServiceRow> {
  let service: ServiceRow | undefined
  for (const audience of spellingsOf(named)) service ??= await findServiceFor(reader, audience)
  if (service?.disabled_at === null) return service
  throw new Refusal('resource_unknown', 'there is no service with this audience', {
    reason: service ? 'service_disabled' : 'audience_unknown',
  })
}

/** An audience, and what differs from it by an empty path alone: clients write either. */
function spellingsOf(audience: string): readonly string[] {
  const bare = originForm.exec(audience)
  if (!bare) return [audience]
  return bare[2] === '' ? [audience, `${audience}/`] : [audience, bare[1] ?? audience]
}

/** What somebody holds and the service knows, as the service lists it. */
async function scopesOf(reader: Reader, service: ServiceRow, asker: Asker): Promise<readonly string[]> {
  const scopes = await heldScopes(reader, service, asker)
  if (scopes.length === 0 && service.known_scopes.length > 0) {
    throw new Refusal('scope_invalid', 'the service knows no scope that you have', { reason: 'nothing_held' })
  }
  return scopes
}

async function heldScopes(
  reader: Reader,
  { id, known_scopes }: ServiceRow,
  asker: Asker,
): Promise<readonly string[]> {
  const held = new Set(asker.kind === 'device' ? [] : asker.holds)
  for (const scope of await findScopesOf(reader, id, holderOf(asker))) held.add(scope)
  return known_scopes.filter((scope) => held.has(scope))
}

/** What the people of a type have at a service; undefined if it is disabled, or its tokens are for another audience. */
export async function scopesAtService(
  reader: Reader,
  { id, audience }: { readonly id: string; readonly audience: string },
  asker: { readonly userType: string; readonly holds: readonly string[] },
): Promise<readonly string[] | undefined> {
  const service = await findService(reader, id)
  if (!service || service.disabled_at !== null || service.audience !== audience) return undefined
  return heldScopes(reader, service, { kind: 'user', ...asker })
}

function holderOf(asker: Asker): ScopeHolder {
  if (asker.kind === 'device') return { kind: 'devices', name: '' }
  return asker.kind === 'service'
    ? { kind: 'service', name: asker.id }
    : { kind: 'user_type', name: asker.userType }
}
