import { checkOptions, type OptionNames } from '../options/check-options.ts'
import type { VerifiedClaims } from '../token/index.ts'
import type { ClaimReader } from './issuers/claim-mapping.ts'
import { isPrincipalKind, type PrincipalKind } from './principal-kind.ts'

export type { PrincipalKind }

/** An authenticated caller. Frozen; the same in every framework. */
export interface Principal {
  readonly subject: string
  readonly kind: PrincipalKind
  readonly sessionId: string | undefined
  readonly scopes: readonly string[]
  /** Where the mapping of an issuer says so. Latchkey itself has user types and no roles. */
  readonly roles?: readonly string[]
  readonly userType: string | undefined
  readonly clientId: string | undefined
  /** The actor, if somebody acts for the subject (RFC 8693 section 4.1). */
  readonly actor?: { readonly [claim: string]: unknown }
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly expiresAt: number
  /** When the subject last proved who they are. */
  readonly authTime: number | undefined
  readonly acr: string | undefined
  readonly amr: readonly string[]
  readonly claims: VerifiedClaims
  /** The token itself, to hand on to a service that expects it. */
  readonly token: string
}

/** What an application knows of a caller without a token, from an account or a session. Times in milliseconds. */
export interface PrincipalFields {
  readonly subject: string
  /** `user` if not given. */
  readonly kind?: PrincipalKind
  readonly sessionId?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly userType?: string
  readonly clientId?: string
  /** When the session or key ends; never if not given. From then on it is refused. */
  readonly expiresAt?: number
  readonly authTime?: number
  readonly acr?: string
  readonly amr?: readonly string[]
}

const principalFields: OptionNames<PrincipalFields> = {
  subject: 1,
  kind: 1,
  sessionId: 1,
  scopes: 1,
  roles: 1,
  userType: 1,
  clientId: 1,
  expiresAt: 1,
  authTime: 1,
  acr: 1,
  amr: 1,
}

/**
 * The principal of a caller without a token: `token` is empty, and `claims` holds nothing.
 *
 * @throws {TypeError} if a field is unknown or invalid.
 */
export function createPrincipal(fields: PrincipalFields): Principal {
  checkOptions('a principal', fields, principalFields)
  const { subject, kind = 'user', scopes, userType, amr, acr, authTime } = fields
  const { expiresAt = Number.POSITIVE_INFINITY } = fields
  if (typeof subject !== 'string' || subject === '') throw new TypeError('a principal has a subject')
  if (!isPrincipalKind(kind))
    throw new TypeError('the kind of a principal is user, device, service or api_key')
  if (typeof expiresAt !== 'number' || Number.isNaN(expiresAt)) {
    throw new TypeError('expiresAt is a number of milliseconds')
  }
  return Object.freeze({
    subject,
    kind,
    sessionId: textOf(fields.sessionId),
    scopes: textsOf(scopes),
    ...(fields.roles === undefined ? {} : { roles: textsOf(fields.roles) }),
    userType: textOf(userType),
    clientId: textOf(fields.clientId),
    expiresAt,
    authTime: typeof authTime === 'number' ? authTime : undefined,
    acr: textOf(acr),
    amr: textsOf(amr),
    claims: noClaims,
    token: '',
  })
}

// Only a verifier vouches for claims; of none, there is nothing to vouch for.
const noClaims = Object.freeze({}) as unknown as VerifiedClaims

/** The principal of an access token, and the key that the token is bound to. */
export interface TokenFinding {
  readonly kind: 'allowed'
  readonly auth: Principal
  /** The key that the token is bound to (`cnf`, RFC 7800), whose proof somebody has to demand. */
  readonly confirmation: unknown
}

/** Read the principal from the claims of a token that was verified, as `reader` finds them there. */
export function findingOf(claims: VerifiedClaims, token: string, reader: ClaimReader): TokenFinding {
  return Object.freeze({
    kind: 'allowed',
    auth: principalOf(claims, token, reader),
    confirmation: claims.cnf,
  })
}

function principalOf(claims: VerifiedClaims, token: string, reader: ClaimReader): Principal {
  const { act, auth_time: authTime } = claims
  const subject = reader.subject(claims)
  const clientId = reader.clientId(claims)
  const roles = reader.roles(claims)
  return Object.freeze({
    subject,
    kind: reader.kind(claims, subject, clientId),
    sessionId: reader.sessionId(claims),
    scopes: reader.scopes(claims),
    ...(roles === undefined ? {} : { roles }),
    userType: reader.userType(claims),
    clientId,
    ...(typeof act === 'object' && act !== null ? { actor: act as Principal['actor'] & object } : {}),
    expiresAt: claims.exp === undefined ? Number.POSITIVE_INFINITY : claims.exp * 1000,
    authTime: typeof authTime === 'number' ? authTime * 1000 : undefined,
    acr: textOf(claims.acr),
    amr: textsOf(claims.amr),
    claims,
    token,
  })
}

const nothing: readonly string[] = Object.freeze([])

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return nothing
  const texts: readonly unknown[] = value
  return Object.freeze(texts.filter((text): text is string => typeof text === 'string'))
}
