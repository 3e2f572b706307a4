import type { JsonObject } from '../json.ts'

/** One signature with its headers, in the JSON serializations (RFC 7515 section 7.2.1). */
export interface JwsSignature {
  /** The protected header in base64url: what the signature covers besides the payload. */
  readonly protected: string
  /** The unprotected header. Nobody vouches for it. */
  readonly header?: JsonObject
  /** In base64url. */
  readonly signature: string
}

/** RFC 7515 section 7.2.2: one signature. */
export interface FlattenedJws extends JwsSignature {
  /** In base64url, or as text where the header says `b64: false`; absent if it is detached (appendix F). */
  readonly payload?: string
}

/** RFC 7515 section 7.2.1: several signatures of one payload. */
export interface GeneralJws {
  readonly payload?: string
  readonly signatures: readonly JwsSignature[]
}

/**
 * The header parameters that RFC 7515 section 4.1, RFC 7516 section 4.1, RFC 7518 section 4 and RFC 7797 define.
 * None but `b64` may be named by `crit`: everybody has to understand the others anyway.
 */
export const registeredParameters: ReadonlySet<string> = new Set([
  ...['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit', 'b64'],
  ...['enc', 'zip', 'epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c'],
])

/** Parameters that mean nothing unless they are protected (RFC 7515 section 4.1.11, RFC 7797 section 3). */
export const protectedOnly = ['crit', 'b64'] as const

/** What is signed (RFC 7515 section 5.1 step 8, RFC 7797 section 3). */
export function signingInput(encodedHeader: string, payload: Uint8Array | string): Uint8Array {
  return Buffer.concat([
    Buffer.from(`${encodedHeader}.`, 'latin1'),
    typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload,
  ])
}
