import type { VerifiedClaims } from 'latchkey/token'
import { type DeviceDetail, readDetails } from './authorization-details.ts'
import type { ClientInfo } from './client-info.ts'

declare const proven: unique symbol

export type Kind = 'user' | 'device' | 'service' | 'api_key' | 'application'

/**
 * An authenticated caller. Only {@link identityOf} and {@link deviceIdentityOf} make one, and they take
 * {@link VerifiedClaims}, which only a verifier makes: a function that asks for an Identity cannot be reached by
 * an unauthenticated caller.
 */
export interface Identity {
  /** `usr_…`, `svc_…`, `cli_…` of an application for itself, or the uid of a device. */
  readonly subject: string
  readonly kind: Kind
  /** The user who acts as the subject (`act`, RFC 8693 section 4.1); undefined for whoever acts for themselves. */
  readonly actedBy: string | undefined
  /** The agent that acts for the subject (`act`), which is the client of the token; undefined for any other client. */
  readonly agent: string | undefined
  /** What an application was let do, and with which devices; undefined where its scopes alone say it. */
  readonly details: readonly DeviceDetail[] | undefined
  readonly sessionId: string | undefined
  readonly tokenId: string | undefined
  readonly clientId: string | undefined
  readonly userType: string | undefined
  readonly scopes: ReadonlySet<string>
  /** The version of what they are permitted (`pv`), which tokens that are issued to them say as well. */
  readonly permissionsVersion: string | undefined
  /** The key that signed the token, of a device or of this server: a connection ends with the key that it came by. */
  readonly keyId: string | undefined
  /** When it ends: `exp`, and the clock skew that is tolerated. */
  readonly expiresAtMs: number
  /** All claims of the token, for later checks such as revocation. */
  readonly claims: VerifiedClaims
  readonly [proven]: true
}

/** An authenticated caller and their client. */
export interface Caller {
  readonly kind: 'caller'
  readonly identity: Identity
  readonly client: ClientInfo
}

/** The operator: the command line, and the jobs of the server. It holds every permission. */
export interface Operator {
  readonly kind: 'operator'
  readonly [proven]: true
}

export const operator = Object.freeze({ kind: 'operator' }) as unknown as Operator // the brand exists in the type only

/** The subject of a verb, which authorizes and logs it. */
export type Actor = Caller | Operator

const kinds: readonly unknown[] = ['user', 'device', 'service', 'api_key', 'application'] satisfies Kind[]

export function isKind(value: unknown): value is Kind {
  return kinds.includes(value)
}

/**
 * Read the claims of an access token of ours (RFC 9068 with `sid`, `kind`, `user_type`).
 * @param toleranceMs by how much the clocks of issuer and verifier may differ.
 * @param keyId the key of ours that signed them
 * @returns undefined for a token that is valid but names no kind of caller that we know.
 */
export function identityOf(
  claims: VerifiedClaims,
  toleranceMs: number,
  keyId?: string,
): Identity | undefined {
  const { kind, act, authorization_details: details } = claims
  if (!isKind(kind) || typeof claims.sub !== 'string') return undefined
  const actor = actorIn(act)
  const isAgent = actor !== undefined && actor === claims.client_id
  if (act !== undefined && actor === undefined) return undefined
  // Whoever cannot read a limit must not act as if there were none.
  const limits = details === undefined ? undefined : readDetails(details)
  if (details !== undefined && limits === undefined) return undefined
  return Object.freeze({
    subject: claims.sub,
    kind,
    actedBy: isAgent ? undefined : actor,
    agent: isAgent ? actor : undefined,
    details: limits,
    sessionId: textOf(claims.sid),
    tokenId: textOf(claims.jti),
    clientId: textOf(claims.client_id),
    userType: textOf(claims.user_type),
    scopes: new Set(
      textOf(claims.scope)
        ?.split(' ')
        .filter((scope) => scope !== ''),
    ),
    permissionsVersion: textOf(claims.pv),
    keyId,
    expiresAtMs: (claims.exp ?? 0) * 1000 + toleranceMs,
    claims,
  }) as unknown as Identity // the brand exists in the type only
}

/** Whether an application acts for somebody who has let it in. It may do what programs may, with the scopes that it was given. */
export function isDelegated({ kind, clientId }: Identity): boolean {
  if (kind === 'application') return false
  return clientId?.startsWith('cli_') === true || clientId?.startsWith('https://') === true
}

/**
 * A device by a token that it signed itself. Of such a token only what was checked counts: a device that writes
 * `scope` or `sid` into it gives itself nothing.
 */
export function deviceIdentityOf(
  claims: VerifiedClaims,
  {
    uid,
    keyId,
    toleranceMs,
    tokensVersion,
  }: { uid: string; keyId: string; toleranceMs: number; tokensVersion: number },
): Identity {
  return Object.freeze({
    subject: uid,
    kind: 'device',
    actedBy: undefined,
    agent: undefined,
    details: undefined,
    sessionId: undefined,
    tokenId: textOf(claims.jti),
    clientId: undefined,
    userType: undefined,
    scopes: new Set<string>(),
    // A device has no user type, whose version would come first.
    permissionsVersion: `.${tokensVersion}`,
    keyId,
    expiresAtMs: (claims.exp ?? 0) * 1000 + toleranceMs,
    claims,
  }) as unknown as Identity // the brand exists in the type only
}

function actorIn(act: unknown): string | undefined {
  return typeof act === 'object' && act !== null && 'sub' in act ? textOf(act.sub) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
