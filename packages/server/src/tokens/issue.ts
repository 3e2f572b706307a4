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
  /** When and how the person proved who they are (OpenID Connect Core section 2). */
  readonly authTimeMs?: number | undefined
  readonly amr?: readonly string[] | undefined
  /** The thumbprint (RFC 7638) of the key without which the token is worth nothing; a bearer token if not given. */
  readonly boundTo?: string | undefined
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

/** Makes access tokens as RFC 9068 section 2 lays them out, with our `sid`, `kind` and `user_type`. */
export function createIssuer({ ring, world, issuer, audience, lifeSeconds }: Parts): IssueToken {
  let generation = -1
  let sign = (_claims: Record<string, unknown>): string => ''

  return (grant) => {
    if (generation !== ring.generation()) {
      generation = ring.generation()
      const key = ring.signingKey()
      sign = createSigner({ key, issuer, audience, expiresIn: lifeSeconds, type: 'at+jwt', now: world.now })
    }
    const tokenId = newIdentifier('jti', world)
    const token = sign({
      sub: grant.subject,
      jti: tokenId,
      client_id: grant.clientId,
      scope: grant.scopes.join(' '),
      kind: grant.kind,
      ...(grant.sessionId !== undefined && { sid: grant.sessionId }),
      ...(grant.userType !== undefined && { user_type: grant.userType }),
      ...(grant.authTimeMs !== undefined && { auth_time: Math.floor(grant.authTimeMs / 1000) }),
      ...(grant.amr !== undefined && { amr: [...grant.amr] }),
      ...(grant.boundTo !== undefined && { cnf: { jkt: grant.boundTo } }),
    })
    return { token, type: grant.boundTo === undefined ? 'Bearer' : 'DPoP', tokenId, lifeSeconds }
  }
}
