/** How strongly a session was signed in to, as `acr` says it (OpenID Connect Core section 2). */
export const oneFactor = 'urn:latchkey:acr:one-factor'
export const twoFactors = 'urn:latchkey:acr:two-factors'

/** The context that follows from the methods (RFC 8176) of a sign-in. */
export function contextOf(amr: readonly string[]): string {
  return amr.includes('mfa') ? twoFactors : oneFactor
}
