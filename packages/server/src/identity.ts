import type { VerifiedClaims } from 'latchkey/token'
import { Refusal } from './errors.ts'

declare const proven: unique symbol

export type Kind = 'user' | 'device' | 'service' | 'api_key'

/**
 * Who is asking, proven by a token. Only {@link identityOf} makes one and it takes {@link VerifiedClaims}, which
 * only a verifier makes: a function that asks for an Identity cannot be reached by a stranger.
 */
export interface Identity {
  /** `usr_…`, `svc_…`, or the uid of a device. */
  readonly subject: string
  readonly kind: Kind
  readonly sessionId: string | undefined
  readonly tokenId: string | undefined
  readonly clientId: string | undefined
  readonly userType: string | undefined
  readonly scopes: ReadonlySet<string>
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** All that the token says, for checks that come later: a live connection may be revoked. */
  readonly claims: VerifiedClaims
  readonly [proven]: true
}

const kinds: readonly string[] = ['user', 'device', 'service', 'api_key']

/**
 * Read the claims of an access token of ours (RFC 9068 with `sid`, `kind`, `user_type`), or of a device's own
 * token when `kind` is given.
 * @returns undefined for a token that is valid but names no kind of caller that we know.
 */
export function identityOf(claims: VerifiedClaims, kind: unknown = claims.kind): Identity | undefined {
  if (typeof kind !== 'string' || !kinds.includes(kind) || typeof claims.sub !== 'string') return undefined
  return Object.freeze({
    subject: claims.sub,
    kind: kind as Kind,
    sessionId: textOf(claims.sid),
    tokenId: textOf(claims.jti),
    clientId: textOf(claims.client_id),
    userType: textOf(claims.user_type),
    scopes: new Set(
      textOf(claims.scope)
        ?.split(' ')
        .filter((scope) => scope !== ''),
    ),
    issuedAtMs: (claims.iat ?? 0) * 1000,
    expiresAtMs: (claims.exp ?? 0) * 1000,
    claims,
  }) as unknown as Identity // the brand exists in the type only
}

/**
 * Nobody may give away what they do not have: by a user type, by an account of it, by its invitation, by a service.
 * @throws {Refusal} `permission_missing`
 */
export function demandAll({ scopes }: Identity, permissions: readonly string[]): void {
  if (!permissions.every((permission) => scopes.has(permission))) {
    throw new Refusal('permission_missing', 'this gives permissions that you do not have')
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
