import { createVerifier, TokenError, type VerifiedClaims } from 'latchkey/token'
import { Refusal } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import type { World } from '../world.ts'
import type { KeyRing } from './key-ring.ts'
import type { Revocations } from './revocations.ts'

/** Who an access token of ours names, now. Refuses with `token_invalid` or `token_revoked`. */
export type AuthenticateToken = (token: string) => Identity

interface Parts {
  readonly ring: KeyRing
  readonly revocations: Revocations
  readonly world: World
  readonly issuer: string
  readonly audience: string
}

export function createTokenAuthentication({
  ring,
  revocations,
  world,
  issuer,
  audience,
}: Parts): AuthenticateToken {
  let generation = -1
  let verify: (token: string) => VerifiedClaims

  return (token) => {
    if (generation !== ring.generation()) {
      generation = ring.generation()
      verify = createVerifier({ keys: ring.keySet(), issuer, audience, type: 'at+jwt', now: world.now })
    }
    const claims = verified(() => verify(token))
    if (revocations.list.isRevoked(claims)) throw new Refusal('token_revoked', 'this token has been revoked')
    const identity = identityOf(claims)
    if (!identity)
      throw new Refusal('token_invalid', 'this token is not valid here', { reason: 'kind_unknown' })
    return identity
  }
}

/** A stranger learns that the token is not valid; the log learns which check failed. */
export function verified<Claims>(verify: () => Claims): Claims {
  try {
    return verify()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const message = error.code === 'token_expired' ? 'this token has expired' : 'this token is not valid here'
    throw new Refusal('token_invalid', message, { reason: error.code })
  }
}
