import { hash } from 'node:crypto'
import { sameHash } from '../../secrets/secrets.ts'
import { wholeText } from '../../whole-text.ts'

/** RFC 7636 section 4.1. */
const verifierForm = wholeText(/[\w.~-]{43,128}/)

/** Whether a verifier is the one of the challenge. One is needed where there was a challenge, and none is taken where there was none. */
export function isVerified(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined
  return verifierForm.test(verifier) && sameHash(hash('sha256', verifier, 'base64url'), challenge)
}
