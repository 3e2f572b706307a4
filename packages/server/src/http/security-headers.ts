type Headers = Readonly<Record<string, string>>

const always: Headers = {
  // Nearly every answer holds something of somebody's; the few that may be kept say so themselves.
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
const whenSecure: Headers = {
  ...always,
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
}

/** What every answer carries unless its route sets the header itself. */
export function securityHeaders(secure: boolean): Headers {
  return secure ? whenSecure : always
}
