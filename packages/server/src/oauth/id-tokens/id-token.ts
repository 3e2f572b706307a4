import { hash } from 'node:crypto'
import type { ApplicationRow } from '../../applications/store.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import { createTypedSigner } from '../../keys/typed-signer.ts'
import type { World } from '../../world.ts'

/** An ID token is read once, when it comes. */
const idTokenLifeSeconds = 600

export interface IdTokenFacts {
  readonly application: Pick<ApplicationRow, 'id'>
  readonly subject: string
  readonly sessionId: string
  readonly nonce: string | undefined
  readonly authTimeMs: number
  readonly amr: readonly string[]
  readonly acr: string
  /** The access token that comes with it. */
  readonly accessToken: string
  /** What is told of the person. */
  readonly claims: Readonly<Record<string, string | boolean>>
}

/** Makes ID tokens (OpenID Connect Core section 2), by the key that signs access tokens. */
export type IssueIdToken = (facts: IdTokenFacts) => string

export function createIdTokens({
  ring,
  world,
  issuer,
}: {
  readonly ring: KeyRing
  readonly world: World
  readonly issuer: string
}): IssueIdToken {
  const sign = createTypedSigner(ring, 'JWT')
  return ({ application, subject, sessionId, nonce, authTimeMs, amr, acr, accessToken, claims }) => {
    const now = Math.floor(world.now() / 1000)
    return sign({
      ...claims,
      ...{ iss: issuer, sub: subject, aud: application.id, iat: now, exp: now + idTokenLifeSeconds },
      ...{ auth_time: Math.floor(authTimeMs / 1000), amr: [...amr], acr, sid: sessionId },
      ...(nonce !== undefined && { nonce }),
      at_hash: halfHash(accessToken, ring.algorithm),
    })
  }
}

/** The left half of the hash of an access token (section 3.1.3.6). */
function halfHash(token: string, algorithm: string): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', token, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
