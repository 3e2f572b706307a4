import type { ApplicationRow } from '../applications/store.ts'
import { unlessRefused } from '../errors.ts'
import type { ServiceTarget } from '../tokens/target.ts'
import type { OauthGround, Person } from './ground.ts'
import { isIdentityScope, scopesOf } from './scopes.ts'

interface Asked {
  readonly application: ApplicationRow
  /** Undefined where none was named: then all that the application may have, but not beyond the session. */
  readonly scopes: readonly string[] | undefined
  /** The service that the tokens are for; undefined for this server. */
  readonly target: ServiceTarget | undefined
}

/**
 * What an application gets of what it asks for: what it may ask for, and the person has. Before somebody is there, what it may ask for.
 * Undefined if that is nothing.
 */
export async function obtainable(
  ground: OauthGround,
  { application, scopes, target }: Asked,
  person: Person | undefined,
): Promise<readonly string[] | undefined> {
  const held = await heldFor(ground, target, person)
  const mayStay = application.grants.includes('refresh_token')
  const available = application.scopes.filter((scope) => {
    if (scope === 'offline_access') return mayStay && scopes !== undefined
    return isIdentityScope(scope) || held === undefined || held.includes(scope)
  })
  return scopesOf(scopes, new Set(available))
}

/** What somebody has here, or at the service that the tokens are for; undefined for nobody yet. */
async function heldFor(
  { db }: OauthGround,
  target: ServiceTarget | undefined,
  person: Person | undefined,
): Promise<readonly string[] | undefined> {
  if (!person) return undefined
  if (!target) return person.scopes
  const asker = { kind: 'user', userType: person.userType, holds: person.scopes } as const
  return unlessRefused(() => target.scopesOf(db, asker), { scope_invalid: () => [] })
}
