import type { Reader } from '../database/database.ts'
import { isPermission, type Permission } from '../permissions.ts'
import type { ApplicationsGround } from './ground.ts'
import { invalid } from './invalid.ts'

/** What OpenID Connect knows (Core section 5.4, section 11). */
const openidScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const

/** What an application may do for itself: see and manage the streams of shared signals that it receives (SSF 1.0 section 7.2). */
export const signalScopes = ['ssf.read', 'ssf.manage'] as const

const mostScopes = 100

/** The permissions of this server among scopes: nobody gives an application what they do not hold. */
export function permissionsAmong(scopes: readonly string[]): readonly Permission[] {
  return scopes.filter(isPermission)
}

/**
 * Scopes that an application may get: those of OpenID Connect, permissions of this server, and what an enabled service knows. One
 * that it has already may stay, whatever has become of the service.
 * @throws {Refusal} `request_invalid`
 */
export async function requireKnownScopes(
  { scopesOfServices }: Pick<ApplicationsGround, 'scopesOfServices'>,
  reader: Reader,
  scopes: readonly string[],
  before: readonly string[] = [],
): Promise<void> {
  if (scopes.length > mostScopes) throw invalid('scopes', `are ${mostScopes} at most`)
  const others = scopes.filter(
    (scope) =>
      ![...openidScopes, ...signalScopes].some((one) => one === scope) &&
      !isPermission(scope) &&
      !before.includes(scope),
  )
  if (others.length === 0) return
  const known = await scopesOfServices(reader)
  if (others.every((scope) => known.has(scope))) return
  throw invalid(
    'scopes',
    `are ${[...openidScopes, ...signalScopes].join(', ')}, permissions of this server, and what a service knows`,
  )
}
