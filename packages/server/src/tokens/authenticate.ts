import { createVerifier, TokenError, type VerifiedClaims } from 'latchkey/token'
import { Refusal } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { World } from '../world.ts'
import type { Revocations } from './revocations.ts'

/** What an access token of ours says, now. Whoever sends one that is bound to a key has yet to prove that key. */
export interface AccessToken {
  readonly identity: Identity
  /** The thumbprint (RFC 7638) of that key; undefined for a bearer token. */
  readonly boundTo: string | undefined
}

/** Refuses with `token_invalid` or `token_revoked`. */
export type ReadToken = (token: string) => AccessToken

/** Who a bearer token names, now. Refuses as {@link ReadToken} does, and tokens that are bound to a key. */
export type AuthenticateToken = (token: string) => Identity

interface Parts {
  readonly ring: KeyRing
  readonly revocations: Revocations
  readonly world: World
  readonly issuer: string
  readonly audience: string
}

export function createTokenReader({ ring, revocations, world, issuer, audience }: Parts): ReadToken {
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
    if (!identity) throw invalid('kind_unknown')
    return { identity, boundTo: thumbprintOf(claims.cnf) }
  }
}

/**
 * Whom a token names where nothing is proven but that somebody has it: as a bearer token, or as a password over MQTT. One
 * that is bound to a key is refused there, whatever the proof would be (RFC 9449 section 7.2).
 */
export function bearerOf({ identity, boundTo }: AccessToken): Identity {
  if (boundTo === undefined) return identity
  throw new Refusal('token_invalid', 'this token is bound to a key', { reason: 'token_bound' })
}

/** RFC 9449 section 6.1. A token that is bound to anything else is refused: nobody here could check it. */
function thumbprintOf(confirmation: unknown): string | undefined {
  if (confirmation === undefined) return undefined
  const isObject = typeof confirmation === 'object' && confirmation !== null
  if (isObject && 'jkt' in confirmation && typeof confirmation.jkt === 'string') return confirmation.jkt
  throw invalid('binding_unknown')
}

function invalid(reason: string): Refusal {
  return new Refusal('token_invalid', 'this token is not valid here', { reason })
}

/** A stranger learns that the token is not valid; the log learns which check failed. */
function verified<Claims>(verify: () => Claims): Claims {
  try {
    return verify()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const message = error.code === 'token_expired' ? 'this token has expired' : 'this token is not valid here'
    throw new Refusal('token_invalid', message, { reason: error.code })
  }
}
