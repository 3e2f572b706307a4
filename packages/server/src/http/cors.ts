/**
 * Cross-origin calls (the Fetch standard, section 3.3) are closed unless the operator names the origin. Tokens
 * travel in a header, never in a cookie here, so credentials are not allowed and a wildcard does not exist.
 */
export function allowOrigin(request: Request, headers: Headers, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return
  headers.append('vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin === null || !origins.has(origin)) return
  headers.set('access-control-allow-origin', origin)
  headers.set('access-control-expose-headers', 'X-Request-Id, WWW-Authenticate, Retry-After')
}

/** The answer to OPTIONS. An origin that is not named learns nothing but the methods. */
export function preflight(
  request: Request,
  methods: readonly string[],
  origins: ReadonlySet<string>,
): Response {
  const headers = new Headers({ allow: [...methods, 'OPTIONS'].join(', ') })
  const origin = request.headers.get('origin')
  if (origin !== null && origins.has(origin) && request.headers.has('access-control-request-method')) {
    headers.set('access-control-allow-methods', methods.join(', '))
    headers.set(
      'access-control-allow-headers',
      'Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID',
    )
    headers.set('access-control-max-age', '600')
  }
  return new Response(null, { status: 204, headers })
}
