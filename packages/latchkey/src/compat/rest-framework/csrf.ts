import { createHash, timingSafeEqual } from 'node:crypto'
import type { Ask } from '../mount/exchange.ts'
import { cookieOf } from './cookies.ts'
import { PermissionDenied } from './exceptions.ts'

const safe = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/**
 * A request that a cookie authenticated must have been meant by its user: the browser says that it comes from the same
 * origin, or it comes from one that is trusted, or it carries the value of the cookie `csrftoken` in `X-CSRFToken`.
 * A PermissionDenied otherwise.
 */
export function enforceCsrf(ask: Ask, trustedOrigins: readonly string[] = []): void {
  if (safe.includes(ask.method)) return
  // Fetch Metadata: no page can write this header. `same-site` is not enough, for it includes sibling domains.
  const site = ask.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  const origin = ask.header('origin')
  if (origin !== undefined && trustedOrigins.includes(origin)) return
  const cookie = cookieOf(ask, 'csrftoken')
  if (!cookie) throw new PermissionDenied('CSRF Failed: CSRF cookie not set.')
  const sent = ask.header('x-csrftoken') ?? ask.header('x-csrf-token')
  if (!sent) throw new PermissionDenied('CSRF Failed: CSRF token missing.')
  if (!timingSafeEqual(digest(sent), digest(cookie))) {
    throw new PermissionDenied('CSRF Failed: CSRF token incorrect.')
  }
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** A TypeError for what is no list of origins: in a text, `includes` would find parts of one. */
export function checkOrigins(trustedOrigins: unknown): void {
  const isList = Array.isArray(trustedOrigins) && trustedOrigins.every((origin) => typeof origin === 'string')
  if (!isList) throw new TypeError('trustedOrigins is a list of origins')
}
