import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { AuthenticatorFactory, Finding } from '../authenticator.ts'
import { createPrincipal, type PrincipalFields } from '../principal.ts'
import { isPromiseLike } from '../promise-like.ts'
import type { GuardRequest } from '../request.ts'
import { refused } from './access-token.ts'
import { clearedCookie, credentialCookie, maxAgeOf, readCookie, writtenCookie } from './cookie.ts'
import { type CsrfOptions, csrfOptions, csrfTokenFor, isCsrfTokenOf, prepareCsrf } from './csrf.ts'

/** How sessions in a cookie are looked up and protected. */
export interface SessionCookieOptions {
  /**
   * Find the holder of the session with this value; undefined if it has ended, or never was. Look it up by the hash of the
   * value, so that a reader of your database cannot use it. The framework answers an error.
   */
  find(value: string): PrincipalFields | undefined | PromiseLike<PrincipalFields | undefined>
  /** `__Host-lk` if not given. */
  readonly name?: string
  readonly csrf: CsrfOptions & {
    /** At least 32 bytes, to take tokens of `csrfToken` from pages whose browser says of itself where they are from. */
    readonly secret?: Uint8Array
  }
  /** For plain http on this machine: no `Secure`, no prefix, and a warning. */
  readonly development?: boolean
}

const sessionCookieOptions: OptionNames<SessionCookieOptions> = { find: 1, name: 1, csrf: 1, development: 1 }
const sessionCsrfOptions: OptionNames<SessionCookieOptions['csrf']> = { ...csrfOptions, secret: 1 }

/** An authenticator for an opaque session in a cookie, and what writes that cookie. */
export interface SessionCookie extends AuthenticatorFactory {
  /** The `Set-Cookie` that begins a session; `maxAgeSeconds` is how long it lasts. */
  write(value: string, options?: { readonly maxAgeSeconds?: number }): string
  /** The `Set-Cookie` that ends it in the browser. */
  clear(): string
  /**
   * Whether a request to your sign-in route comes from an allowed page. No guard judges callers without a session, and a
   * form on another site must not sign your visitors in as somebody else (login CSRF).
   */
  maySignIn(request: GuardRequest): boolean
  /** A new token for the pages of this session, to be sent as `X-CSRF-Token`. A TypeError without `csrf.secret`. */
  csrfToken(value: string): string
}

/**
 * An authenticator for sessions of the application, whose cookie is a random value.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function sessionCookie(options: SessionCookieOptions): SessionCookie {
  checkOptions('sessionCookie', options, sessionCookieOptions)
  checkOptions('csrf', options.csrf ?? {}, sessionCsrfOptions)
  const cookie = credentialCookie(options.name ?? '__Host-lk', options.development)
  const { find, csrf } = options
  if (typeof find !== 'function') throw new TypeError('find is a function of the value of the cookie')
  const { isMeant, isFromOwnPage } = prepareCsrf(csrf ?? {}, cookie.isForDevelopment)
  const secret = csrf.secret === undefined ? undefined : secretOf(csrf.secret)
  const cleared = clearedCookie(cookie)

  return Object.freeze<SessionCookie>({
    write: (value, life = {}) => writtenCookie(cookie, value, maxAgeOf(life)),
    clear: () => cleared,
    maySignIn: isFromOwnPage,
    csrfToken(value) {
      if (secret === undefined) throw new TypeError('tokens need a secret: csrf.secret')
      return csrfTokenFor(secret, value)
    },
    prepare({ now }) {
      return {
        scheme: undefined,
        challenge: undefined,
        carries: (request) => readCookie(request, cookie).kind !== 'none',
        authenticate(request, _credentials, refuse) {
          const reading = readCookie(request, cookie)
          if (reading.kind !== 'one') {
            return refused(
              refuse('invalid_request', {
                detail: 'The Cookie header is malformed',
                reason: 'credentials_malformed',
              }),
            )
          }
          const { value } = reading
          // Before the session is looked up: another site must not learn from the time it takes whether there is one.
          if (!isMeant(request, (token) => secret !== undefined && isCsrfTokenOf(secret, value, token))) {
            return refused(
              refuse('csrf_failed', { detail: 'This request came from another site', reason: 'csrf_failed' }),
            )
          }
          const judge = (fields: PrincipalFields | undefined): Finding => {
            const auth = fields === undefined ? undefined : createPrincipal(fields)
            if (auth !== undefined && auth.expiresAt > now()) return { kind: 'allowed', auth }
            return refused(
              refuse('invalid_credentials', {
                detail: 'The session is not known, or has ended',
                reason: 'session_unknown',
                headers: { 'set-cookie': cleared },
              }),
            )
          }
          const found = find(value)
          return isPromiseLike(found) ? Promise.resolve(found).then(judge) : judge(found)
        },
      }
    },
  })
}

function secretOf(secret: unknown): Uint8Array {
  if (!(secret instanceof Uint8Array) || secret.length < 32) {
    throw new TypeError('csrf.secret has at least 32 bytes')
  }
  return Uint8Array.from(secret)
}
