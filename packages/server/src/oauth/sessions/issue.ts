import type { ApplicationRow } from '../../applications/store.ts'
import { type DeviceDetail, firstEndOf } from '../../authorization-details.ts'
import type { Reader } from '../../database/database.ts'
import { contextOf } from '../../sessions/contexts.ts'
import { earliest, endOf } from '../../sessions/limits.ts'
import type { SessionRow } from '../../sessions/store.ts'
import type { IssuedToken } from '../../tokens/issue.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import type { Granted } from '../granted.ts'
import type { OauthGround, Person } from '../ground.ts'
import { claimsOf } from '../id-tokens/claims.ts'
import { isIdentityScope } from '../scopes.ts'
import { subjectFor } from '../subjects.ts'

/** A session of an application for a person, as its tokens say it. */
export interface TokenSession {
  readonly session: Pick<SessionRow, 'id' | 'created_at' | 'ends_at' | 'amr'>
  readonly application: ApplicationRow
  readonly person: Person
  readonly authTimeMs: number
  readonly target: ServiceTarget | undefined
  readonly scopes: readonly string[]
  /** Those that are in force. */
  readonly details: readonly DeviceDetail[] | undefined
  readonly boundTo: string | undefined
}

/** The access token of an application's session. It says no more than the person may do now. */
export async function issueFor(
  { issue, noteClientUse }: OauthGround,
  { session, application, person, authTimeMs, target, scopes, details, boundTo }: TokenSession,
): Promise<IssuedToken> {
  // Of one that proves nothing of itself, this alone says that it is used.
  noteClientUse(application.id)
  return issue(
    {
      ...{ subject: person.id, kind: 'user', username: person.username, userType: person.userType },
      // Who somebody is, no service is asked.
      scopes: target ? scopes.filter((scope) => !isIdentityScope(scope)) : scopes,
      ...{ clientId: application.id, permissionsVersion: person.permissionsVersion },
      // A token never outlives a detail: what ends with it ends by itself, everywhere.
      endsAtMs: earliest(person.endsAtMs, endOf(session, person.limits), details && firstEndOf(details)),
      details,
      ...(application.type === 'agent' && { actor: { sub: application.id } }),
      ...{ sessionId: session.id, authTimeMs, amr: session.amr, acr: contextOf(session.amr), boundTo },
    },
    target,
  )
}

/** What a client gets that has opened a session: with the ID token if it asked who somebody is. */
export async function grantedIn(
  ground: OauthGround,
  of: TokenSession,
  more: {
    readonly refreshToken: string | undefined
    readonly nonce?: string | null
    readonly named?: readonly string[]
  },
): Promise<Granted> {
  const { session, application, person, scopes, authTimeMs } = of
  const access = await issueFor(ground, of)
  const shared = {
    ...{ ...access, scope: scopes.join(' '), details: of.details },
    session: { id: session.id, refreshToken: more.refreshToken },
  }
  if (!scopes.includes('openid')) return shared
  const idToken = ground.issueIdToken({
    ...{ application, subject: subjectFor(application, person.id), sessionId: session.id, authTimeMs },
    ...{ nonce: more.nonce ?? undefined, amr: session.amr, acr: contextOf(session.amr) },
    accessToken: access.token,
    claims: claimsOf(person, scopes, more.named ?? []),
  })
  return { ...shared, idToken }
}

/**
 * What of these scopes a person has now, here or at a service.
 * @throws {Refusal} `scope_invalid` if they have nothing that the service knows
 */
export async function scopesNow(
  reader: Reader,
  person: Pick<Person, 'userType' | 'scopes'>,
  target: ServiceTarget | undefined,
  given: readonly string[],
): Promise<readonly string[]> {
  const held = target
    ? await target.scopesOf(reader, { kind: 'user', userType: person.userType, holds: person.scopes })
    : person.scopes
  return given.filter((scope) => isIdentityScope(scope) || held.includes(scope))
}
