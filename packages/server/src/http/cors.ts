import type { HonoRequest } from 'hono'
import type { Outgoing } from './outgoing.ts'

/**
 * Cross-origin calls (the Fetch standard, section 3.3) are closed unless the operator names the origin. Tokens
 * travel in a header, never in a cookie here, so credentials are not allowed and a wildcard does not exist.
 * `vary` is what the answer varies by already.
 */
export function crossOrigin(
  request: HonoRequest,
  vary: string | undefined,
  origins: ReadonlySet<string>,
): Record<string, string> {
  if (origins.size === 0) return {}
  const headers = { vary: vary === undefined ? 'Origin' : `${vary}, Origin` }
  const origin = request.header('origin')
  if (origin === undefined || !origins.has(origin)) return headers
  return {
    ...headers,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'X-Request-Id, WWW-Authenticate, DPoP-Nonce, Retry-After, Date, ETag',
  }
}

/** The answer to OPTIONS. An origin that is not named learns nothing but the methods. */
export function preflight(
  request: HonoRequest,
  methods: readonly string[],
  origins: ReadonlySet<string>,
): Outgoing {
  const allow = [...methods, 'OPTIONS'].join(', ')
  const asked = request.header('access-control-request-method') !== undefined
  if (!asked || !origins.has(request.header('origin') ?? ''))
    return { status: 204, headers: { allow }, body: null }
  const headers = {
    allow,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers':
      'Authorization, Content-Type, DPoP, Idempotency-Key, If-Match, Last-Event-ID',
    'access-control-max-age': '600',
  }
  return { status: 204, headers, body: null }
}
