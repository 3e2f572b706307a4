const always: readonly (readonly [string, string])[] = [
  // Nearly every answer holds something of somebody's; the few that may be kept say so themselves.
  ['cache-control', 'no-store'],
  [
    'content-security-policy',
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  ],
  ['cross-origin-opener-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
]
const whenSecure: readonly (readonly [string, string])[] = [
  ...always,
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
]

/** What every answer carries unless its route set the header itself. */
export function securityHeaders(secure: boolean): readonly (readonly [string, string])[] {
  return secure ? whenSecure : always
}
