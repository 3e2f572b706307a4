import { subkey } from '../../secrets/sealing.ts'
import { hashSecret } from '../../secrets/secrets.ts'

/**
 * What a sign-in at a provider is bound by, beside its state. Both follow from the state and the secret in the cookie of the browser, so
 * that nothing which is stored here stands for them, and each tab has its own.
 */
export interface FlowSecrets {
  /** PKCE (RFC 7636): 43 characters of base64url. */
  readonly verifier: string
  readonly challenge: string
  readonly nonce: string
}

export function flowSecrets(browser: string, state: string): FlowSecrets {
  const derived = (name: string) => subkey(`${browser} ${state}`, `upstream ${name}`).toString('base64url')
  const verifier = derived('verifier')
  // S256 is SHA-256 in base64url, as that of a secret is.
  return { verifier, challenge: hashSecret(verifier), nonce: derived('nonce') }
}
