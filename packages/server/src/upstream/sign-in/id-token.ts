import { createVerifier, type KeySet, TokenError, type VerifiedClaims } from 'latchkey/token'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { wholeText } from '../../whole-text.ts'
import type { UpstreamGround } from '../ground.ts'
import type { Metadata } from '../providers/discovery.ts'
import type { ProviderRow } from '../providers/store.ts'
import { notSignedIn, unavailable } from './refused.ts'

/** What an ID token that was verified says. */
export interface IdToken {
  readonly subject: string
  readonly claims: VerifiedClaims
}

/** Clocks of providers, in seconds. */
const tolerance = 60
/** An ID token is made for the very sign-in that it comes with. */
const longestAgeSeconds = 600
/** A second that the provider may have needed, and the difference of clocks. */
const freshSeconds = 60
const subjectForm = wholeText(/[\x20-\x7e]{1,255}/)

interface Expected {
  readonly nonce: string
  /** Whether the person had to prove again who they are, when the sign-in began. */
  readonly freshSince: number | undefined
}

/**
 * Verify an ID token as OpenID Connect Core section 3.1.3.7 asks, by the keys that the provider publishes.
 * @throws {Refusal} `provider_refused`, `provider_unavailable`
 */
export async function verifyIdToken(
  ground: UpstreamGround,
  provider: ProviderRow,
  metadata: Metadata,
  token: string,
  { nonce, freshSince }: Expected,
): Promise<IdToken> {
  const claims = await verified(ground, provider, metadata, token)
  const refused = (reason: EventReason) => notSignedIn(provider.key, reason)
  // A token for several is one that each of them can present here (section 3.1.3.7, 3 to 5).
  const { aud, azp, sub = '' } = claims
  if (Array.isArray(aud) && aud.length !== 1) throw refused('audience_mismatch')
  if (azp !== undefined && azp !== provider.clientId) throw refused('authorized_party_mismatch')
  if (claims.nonce !== nonce) throw refused('nonce_mismatch')
  // Section 2: 255 characters of ASCII at most.
  if (!subjectForm.test(sub)) throw refused('subject_invalid')
  if (freshSince !== undefined) {
    const at = claims.auth_time
    const isFresh = typeof at === 'number' && at >= freshSince / 1000 - freshSeconds
    if (!isFresh) throw refused('sign_in_old')
  }
  return { subject: sub, claims }
}

async function verified(
  { world, discovery }: UpstreamGround,
  { key, issuer, clientId }: ProviderRow,
  { jwksUri, algorithms }: Metadata,
  token: string,
): Promise<VerifiedClaims> {
  const verifyBy = (keys: KeySet) =>
    createVerifier({
      ...{ keys, issuer, algorithms, audience: clientId, now: world.now },
      // What says of itself that it is an access token is none.
      type: ['JWT', null],
      ...{ clockTolerance: tolerance, maxAge: longestAgeSeconds, requiredClaims: ['sub', 'nonce'] },
    })(token)
  const readAndVerify = async (again: boolean): Promise<VerifiedClaims> => {
    const keys = await discovery.keysOf(jwksUri, algorithms, again)
    if ('fault' in keys) throw unavailable(key, keys.fault)
    try {
      return verifyBy(keys)
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      // The provider may have another key since its set was read.
      if (error.code === 'key_not_found' && !again) return readAndVerify(true)
      throw notSignedIn(key, error.code)
    }
  }
  return readAndVerify(false)
}
