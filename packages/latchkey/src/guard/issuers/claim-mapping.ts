import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { TokenError, type VerifiedClaims } from '../../token/index.ts'
import { isPrincipalKind, type PrincipalKind } from '../principal-kind.ts'

/**
 * Where a token says something: the name of a claim, or several names, whose values are put together. A dot leads to a
 * member of an object (`realm_access.roles`), unless the name is a URL. Or a function that reads the claims itself.
 */
export type ClaimPlace = string | readonly string[] | ((claims: VerifiedClaims) => unknown)

/** Where the tokens of an issuer other than Latchkey say what a principal is made of. */
export interface ClaimMapping {
  /** The subject, a text that is not empty; `sub` if not given. */
  readonly subject?: ClaimPlace
  /** Scopes: a text with spaces between them, or a list; `scope` if not given. */
  readonly scopes?: ClaimPlace
  /** Roles: a text or a list; none if not given. */
  readonly roles?: ClaimPlace
  /** The client that was given the token, a text; `client_id` if not given. */
  readonly clientId?: ClaimPlace
  /** The user type, a text; none if not given. */
  readonly userType?: ClaimPlace
  /** The session, a text; none if not given. */
  readonly sessionId?: ClaimPlace
  /** The kind of caller; if not given, `service` where the client is its own subject (RFC 9068 section 5), else `user`. */
  readonly kind?: (claims: VerifiedClaims) => PrincipalKind
}

/** What a principal is made of, as the tokens of one issuer say it. */
export interface ClaimReader {
  subject(claims: VerifiedClaims): string
  kind(claims: VerifiedClaims, subject: string, clientId: string | undefined): PrincipalKind
  scopes(claims: VerifiedClaims): readonly string[]
  /** undefined where the issuer has none. */
  roles(claims: VerifiedClaims): readonly string[] | undefined
  clientId(claims: VerifiedClaims): string | undefined
  userType(claims: VerifiedClaims): string | undefined
  sessionId(claims: VerifiedClaims): string | undefined
  /** Where scopes are looked for, for the log. */
  readonly scopesFrom: string
}

const nothing: readonly string[] = Object.freeze([])

/** How Latchkey writes its own tokens: RFC 9068, and `sid`, `kind`, `user_type`. */
const latchkeyClaims: ClaimReader = Object.freeze<ClaimReader>({
  subject: (claims) => subjectOf(claims.sub, 'sub'),
  kind({ kind }, subject, clientId) {
    const named = kind ?? (clientId === subject ? 'service' : 'user')
    if (!isPrincipalKind(named)) throw new TokenError('claim_invalid', { claim: 'kind' })
    return named
  },
  scopes: (claims) => namesOf(claims.scope),
  roles: () => undefined,
  clientId: (claims) => textOf(claims.client_id),
  userType: (claims) => textOf(claims.user_type),
  sessionId: (claims) => textOf(claims.sid),
  scopesFrom: 'scope',
})

/**
 * Prepare the reader of an issuer: `latchkey`, or a mapping. What is not mapped is read as RFC 9068 has it, and what is
 * Latchkey's own is not read at all.
 *
 * @throws {TypeError} if the mapping is invalid.
 */
export function claimReaderOf(claims: 'latchkey' | ClaimMapping): ClaimReader {
  if (claims === 'latchkey') return latchkeyClaims
  checkOptions('claims', claims, claimMapping)
  const { kind } = claims
  if (kind !== undefined && typeof kind !== 'function')
    throw new TypeError('kind is a function of the claims')
  const subject = placeOf('subject', claims.subject) ?? ((all) => all.sub)
  const [scopes, roles, clientId, userType, sessionId] = (
    ['scopes', 'roles', 'clientId', 'userType', 'sessionId'] as const
  ).map((name) => placeOf(name, claims[name]))
  const readClientId = clientId ?? ((all) => all.client_id)
  return Object.freeze<ClaimReader>({
    subject: (all) => subjectOf(subject(all), describe(claims.subject ?? 'sub')),
    kind(all, named, client) {
      const found = kind === undefined ? (client === named ? 'service' : 'user') : kind(all)
      if (!isPrincipalKind(found)) throw new TokenError('claim_invalid', { claim: 'kind' })
      return found
    },
    scopes: (all) => namesOf(scopes === undefined ? all.scope : scopes(all)),
    roles: (all) => (roles === undefined ? undefined : listOf(roles(all))),
    clientId: (all) => textOf(readClientId(all)),
    userType: (all) => textOf(userType?.(all)),
    sessionId: (all) => textOf(sessionId?.(all)),
    scopesFrom: describe(claims.scopes ?? 'scope'),
  })
}

const claimMapping: OptionNames<ClaimMapping> = {
  subject: 1,
  scopes: 1,
  roles: 1,
  clientId: 1,
  userType: 1,
  sessionId: 1,
  kind: 1,
}

type Read = (claims: VerifiedClaims) => unknown

function placeOf(name: string, place: ClaimPlace | undefined): Read | undefined {
  if (place === undefined) return undefined
  if (typeof place === 'function') return place
  const paths = [place].flat().map((path) => pathOf(name, path))
  const [only] = paths
  if (only === undefined) throw new TypeError(`${name} names a claim, or a list of claims that is not empty`)
  if (paths.length === 1) return (claims) => memberAt(claims, only)
  return (claims) => paths.flatMap((path) => partsOf(memberAt(claims, path)))
}

function pathOf(name: string, path: unknown): readonly string[] {
  if (typeof path !== 'string' || path === '') throw new TypeError(`${name} names a claim`)
  // Auth0 for one asks for URLs as the names of an application's own claims.
  return path.includes('://') ? [path] : path.split('.')
}

/** Own members alone, for the names of claims are written by others. */
function memberAt(claims: object, path: readonly string[]): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function describe(place: ClaimPlace): string {
  return typeof place === 'function' ? 'a function' : [place].flat().join(',')
}

function subjectOf(value: unknown, claim: string): string {
  if (typeof value !== 'string' || value === '') throw new TokenError('subject_invalid', { claim })
  return value
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A text with spaces between names (RFC 6749 section 3.3), or a list of names. */
function namesOf(value: unknown): readonly string[] {
  if (typeof value !== 'string') return listOf(value)
  return value === '' ? nothing : Object.freeze(value.split(' ').filter((name) => name !== ''))
}

/** A list of names, or one name. */
function listOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return Object.freeze([value])
  if (!Array.isArray(value)) return nothing
  return Object.freeze(value.filter((one): one is string => typeof one === 'string'))
}

/** What one of several places adds: the names of a text, or of a list. */
function partsOf(value: unknown): readonly string[] {
  return namesOf(value)
}
