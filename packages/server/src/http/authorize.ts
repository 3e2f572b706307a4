import { Refusal } from '../errors.ts'
import { type Identity, isDelegated } from '../identity.ts'
import { holds } from '../permissions.ts'
import type { ForCallers, Route } from './route.ts'

/** Whether a route is for this caller, by its description. @throws {Refusal} `kind_not_allowed`, `permission_missing` */
export function authorize(
  identity: Identity,
  { kinds, permission }: ForCallers,
  { acting = false, apiKeys = false }: Pick<Route, 'acting' | 'apiKeys'>,
): void {
  if (identity.actedBy !== undefined && !acting) {
    throw new Refusal('kind_not_allowed', 'nobody does this in the name of somebody else', {
      reason: 'acting',
    })
  }
  if (isDelegated(identity) && !apiKeys) {
    throw new Refusal('kind_not_allowed', 'this takes the person themselves, not an application', {
      reason: 'application',
    })
  }
  if (identity.kind === 'api_key' && !apiKeys) {
    throw new Refusal('kind_not_allowed', 'this takes somebody who has signed in, not an API key', {
      reason: 'api_key',
    })
  }
  // It signs in nobody, so what is open to every caller is not open to it.
  if (identity.kind === 'application' && !kinds?.includes('application')) {
    throw new Refusal('kind_not_allowed', 'this is not for an application by itself', {
      reason: 'application',
    })
  }
  if (kinds && !kinds.includes(identity.kind)) {
    throw new Refusal('kind_not_allowed', `this is for callers of kind ${kinds.join(' or ')}`)
  }
  if (permission && !holds(identity, permission)) {
    throw new Refusal('permission_missing', `this needs the permission ${permission}`, {
      missing: permission,
    })
  }
}
