/** What an Authorization header brought. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable' }
  | { readonly kind: 'token'; readonly token: string }

const none: Credentials = { kind: 'none' }
const unusable: Credentials = { kind: 'unusable' }

/** A longer one would be refused by the verifier; here it is the request that is at fault. */
const maxTokenLength = 16 * 1024

/**
 * Read the values of all Authorization header lines. `none` where there is no credential, or one of a scheme
 * that is not ours; `unusable` where it is a Bearer credential that RFC 6750 section 2.1 does not allow, or
 * there is more than one, so that two programs could choose differently.
 */
export function readBearer(lines: readonly string[]): Credentials {
  if (lines.length > 1) return unusable
  const line = lines[0]?.trim()
  if (line === undefined || line === '') return none
  // Schemes have no case (RFC 9110 section 11.1).
  const space = line.indexOf(' ')
  const scheme = space === -1 ? line : line.slice(0, space)
  if (scheme.toLowerCase() !== 'bearer') return none
  if (line.length - space > maxTokenLength + 1) return unusable
  const token = space === -1 ? '' : line.slice(space).trimStart()
  return /^[\w\-.~+/]+=*$/.test(token) ? { kind: 'token', token } : unusable
}
