import { createVerifier, decodeUnverified, TokenError } from 'latchkey/token'
import type { KeyRing } from '../../keys/key-ring.ts'

/** Whom an ID token of ours was about, and for which application. */
export interface Hint {
  readonly subject: string
  readonly audience: string
  readonly sessionId: string | undefined
}

/**
 * Read an ID token that comes back as a hint. It authenticates nobody, so one that has expired counts as well (OpenID Connect
 * RP-Initiated Logout section 2). Undefined for anything that we did not sign.
 */
export function subjectOfHint(
  { ring, issuer }: { readonly ring: KeyRing; readonly issuer: string },
  text: string,
): Hint | undefined {
  try {
    const { claims } = decodeUnverified(text)
    const { aud, iat } = claims
    if (typeof aud !== 'string' || typeof iat !== 'number') return undefined
    const verify = createVerifier({
      ...{ keys: ring.keySet(), issuer, audience: aud, type: 'JWT', now: () => iat * 1000 },
    })
    const { sub, sid } = verify(text)
    if (typeof sub !== 'string') return undefined
    return { subject: sub, audience: aud, sessionId: typeof sid === 'string' ? sid : undefined }
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}
