import {
  createVerifier,
  decodeUnverified,
  TokenError,
  tokenOfApiKey,
  type VerifiedClaims,
} from 'latchkey/token'
import type { Who } from '../activity/events.ts'
import type { EventReason } from '../activity/schema/reasons.ts'
import { Refusal } from '../errors.ts'
import { type Identity, identityOf } from '../identity.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { World } from '../world.ts'
import type { Revocations } from './revocations.ts'

/** A verified access token. The sender of a bound token has not proven its key yet. */
export interface AccessToken {
  readonly identity: Identity
  /** The thumbprint (RFC 7638) of that key; undefined for a bearer token. */
  readonly boundTo: string | undefined
}

/** Read a token, or an API key with its prefix. Refuses with `token_invalid` or `token_revoked`. */
export type ReadToken = (token: string) => AccessToken

/**
 * How far clocks may differ, in seconds, at the server as at the guards unless they are told otherwise: processes of one
 * server have clocks of their own, and so have devices.
 */
export const clockToleranceSeconds = 30

/** By how much two clocks may be apart, of which either may be wrong. */
export const clockSkewMs = 2 * clockToleranceSeconds * 1000

interface Parts {
  readonly ring: KeyRing
  readonly revocations: Revocations
  readonly world: World
  readonly issuer: string
  readonly audience: string
  readonly lifeSeconds: number
}

export function createTokenReader({
  ring,
  revocations,
  world,
  issuer,
  audience,
  lifeSeconds,
}: Parts): ReadToken {
  const known = new WeakMap<VerifiedClaims, AccessToken>()
  let generation = -1
  let verify: (token: string) => VerifiedClaims

  return (presented) => {
    const token = tokenOfApiKey(presented)
    if (generation !== ring.generation()) {
      generation = ring.generation()
      verify = createVerifier({
        keys: ring.keySet(),
        issuer,
        audience,
        type: 'at+jwt',
        clockTolerance: clockToleranceSeconds,
        now: world.now,
        cache: { maxEntries: cachedTokens },
      })
    }
    const claims = verified(token, verify)
    // The verifier gives the same claims for the same token, for as long as it remembers it.
    let read = known.get(claims)
    if (!read) {
      const { kid } = decodeUnverified(token).header
      read = readOf(claims, lifeSeconds, typeof kid === 'string' ? kid : undefined)
      known.set(claims, read)
    }
    const { identity } = read
    if (identity.expiresAtMs <= world.now()) throw expired(identity.subject)
    if (revocations.list.isRevoked(claims)) {
      throw new Refusal('token_revoked', 'this token has been revoked', { refused: subjectOf(identity) })
    }
    return read
  }
}

/**
 * A token that lives shorter than others ends with a permission, which this server ends by its own clock: no skew is tolerated.
 */
function readOf(claims: VerifiedClaims, lifeSeconds: number, keyId: string | undefined): AccessToken {
  const endsEarly = (claims.exp ?? 0) - (claims.iat ?? 0) < lifeSeconds
  const identity = identityOf(claims, endsEarly ? 0 : clockToleranceSeconds * 1000, keyId)
  if (!identity) throw invalid('kind_unknown')
  return { identity, boundTo: thumbprintOf(claims.cnf) }
}

/** Tokens that came before and are still valid are not verified anew: a signature costs more than all else of a request. */
const cachedTokens = 10_000

function subjectOf({ subject, kind, actedBy, sessionId, clientId }: Identity): Who {
  return { subject, subjectKind: kind, actedBy, sessionId, clientId }
}

/**
 * The caller of a token without proof of possession: a bearer token, or a password over MQTT. A token
 * that is bound to a key is refused (RFC 9449 section 7.2).
 */
export function bearerOf({ identity, boundTo }: AccessToken): Identity {
  if (boundTo === undefined) return identity
  throw new Refusal('token_invalid', 'this token is bound to a key', { reason: 'token_bound' })
}

/**
 * {@link bearerOf} for connections: nobody connects as somebody else, for a connection does more than a page shows of it.
 * @throws {Refusal} `token_invalid`
 */
export function ownBearerOf(token: AccessToken): Identity {
  const identity = bearerOf(token)
  if (identity.kind === 'application') {
    throw new Refusal('token_invalid', 'this token is of an application, for which no person signed in', {
      reason: 'application',
      refused: subjectOf(identity),
    })
  }
  if (identity.actedBy === undefined) return identity
  throw new Refusal('token_invalid', 'this token is of somebody who acts as another', {
    reason: 'acting',
    refused: subjectOf(identity),
  })
}

/** RFC 9449 section 6.1. A token that is bound to anything else is refused: nobody here could check it. */
export function thumbprintOf(confirmation: unknown): string | undefined {
  if (confirmation === undefined) return undefined
  const isObject = typeof confirmation === 'object' && confirmation !== null
  if (isObject && 'jkt' in confirmation && typeof confirmation.jkt === 'string') return confirmation.jkt
  throw invalid('binding_unknown')
}

function invalid(reason: EventReason): Refusal {
  return new Refusal('token_invalid', 'this token is not valid here', { reason })
}

/** The response says only that the token is invalid; the log has the check that failed. */
function verified(token: string, verify: (token: string) => VerifiedClaims): VerifiedClaims {
  try {
    return verify(token)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const reason = error.code
    if (reason !== 'token_expired') throw invalid(reason)
    // The signature is checked before the times, so what an expired token says of itself is true.
    const { sub: subject } = decodeUnverified(token).claims
    throw expired(subject)
  }
}

function expired(subject: unknown): Refusal {
  const refused = typeof subject === 'string' ? { subject } : undefined
  return new Refusal('token_invalid', 'this token has expired', { reason: 'token_expired', refused })
}
