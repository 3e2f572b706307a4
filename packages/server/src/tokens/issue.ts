import { createSigner } from 'latchkey/token'
import type { Kind } from '../identity.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'

/** What an access token says beyond what every one says. */
export interface Grant {
  readonly subject: string
  readonly kind: Kind
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly sessionId?: string | undefined
  readonly userType?: string | undefined
  /** The versions of the permissions in `scopes`, for their revocation. */
  readonly permissionsVersion?: string | undefined
  /** When one of them ends, if that is before the token would: it ends with it. */
  readonly endsAtMs?: number | undefined
  /** When and how the person proved who they are (OpenID Connect Core section 2). */
  readonly authTimeMs?: number | undefined
  readonly amr?: readonly string[] | undefined
  /** How strong that was, as `acr` says it. */
  readonly acr?: string | undefined
  /** Who acts as the subject, with what ends their own tokens: it ends this one, too. */
  readonly actor?: ActorClaims | undefined
  /** The thumbprint (RFC 7638) of the key without which the token is worth nothing; a bearer token if not given. */
  readonly boundTo?: string | undefined
}

/** The claim `act` (RFC 8693 section 4.1). */
export interface ActorClaims {
  readonly sub: string
  readonly sid: string
  readonly user_type: string
  readonly pv: string
}

export interface IssuedToken {
  readonly token: string
  /** As answers name it (RFC 6750 section 4, RFC 9449 section 5). */
  readonly type: 'Bearer' | 'DPoP'
  readonly tokenId: string
  readonly lifeSeconds: number
}

export type IssueToken = (grant: Grant) => IssuedToken

interface Parts {
  readonly ring: KeyRing
  readonly world: World
  readonly issuer: string
  readonly audience: string
  readonly lifeSeconds: number
}

/** Makes access tokens as RFC 9068 section 2 lays them out, with our `sid`, `kind`, `user_type` and `pv`. */
export function createIssuer({ ring, world, issuer, audience, lifeSeconds }: Parts): IssueToken {
  let generation = -1
  let sign = (_claims: Record<string, unknown>): string => ''

  return (grant) => {
    if (generation !== ring.generation()) {
      generation = ring.generation()
      const key = ring.signingKey()
      sign = createSigner({ key, issuer, audience, type: 'at+jwt', now: world.now })
    }
    const tokenId = newIdentifier('jti', world)
    const issuedAt = Math.floor(world.now() / 1000)
    const endsAt = grant.endsAtMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(grant.endsAtMs / 1000)
    const expiresAt = Math.min(issuedAt + lifeSeconds, endsAt)
    const token = sign({
      sub: grant.subject,
      jti: tokenId,
      client_id: grant.clientId,
      scope: grant.scopes.join(' '),
      kind: grant.kind,
      ...(grant.sessionId !== undefined && { sid: grant.sessionId }),
      ...(grant.userType !== undefined && { user_type: grant.userType }),
      ...(grant.permissionsVersion !== undefined && { pv: grant.permissionsVersion }),
      exp: expiresAt,
      ...(grant.authTimeMs !== undefined && { auth_time: Math.floor(grant.authTimeMs / 1000) }),
      ...(grant.amr !== undefined && { amr: [...grant.amr] }),
      ...(grant.acr !== undefined && { acr: grant.acr }),
      ...(grant.actor !== undefined && { act: { ...grant.actor } }),
      ...(grant.boundTo !== undefined && { cnf: { jkt: grant.boundTo } }),
    })
    return {
      token,
      type: grant.boundTo === undefined ? 'Bearer' : 'DPoP',
      tokenId,
      lifeSeconds: expiresAt - issuedAt,
    }
  }
}
