import { timingSafeEqual } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import type { AuthenticatorFactory, Finding, TokenVerdict } from '../authenticator.ts'
import type { GuardRequest } from '../request.ts'
import { refused } from './access-token.ts'
import { unbound } from './bearer.ts'
import { clearedCookie, credentialCookie, maxAgeOf, readCookie, writtenCookie } from './cookie.ts'
import { type CsrfOptions, csrfOptions, prepareCsrf } from './csrf.ts'

const compactToken = wholeText(/[\w\-.]+/)

/** How access tokens in a cookie are protected. */
export interface TokenCookieOptions {
  /** `__Host-lk_at` if not given. */
  readonly name?: string
  /** A token with a claim `csrf` of at least 16 characters may be used with that text as `X-CSRF-Token`, from wherever. */
  readonly csrf: CsrfOptions
  /** For plain http on this machine: no `Secure`, no prefix, and a warning. */
  readonly development?: boolean
}

const tokenCookieOptions: OptionNames<TokenCookieOptions> = { name: 1, csrf: 1, development: 1 }

/** An authenticator for an access token in a cookie, and what writes that cookie. */
export interface TokenCookie extends AuthenticatorFactory {
  /**
   * The `Set-Cookie` that holds the token; `maxAgeSeconds` is its life. A RangeError for a token that browsers would drop:
   * keep a session in the cookie then.
   */
  write(token: string, options?: { readonly maxAgeSeconds?: number }): string
  /** The `Set-Cookie` that removes it. */
  clear(): string
  /**
   * Whether a request to your sign-in route comes from an allowed page. No guard judges callers without a session, and a
   * form on another site must not sign your visitors in as somebody else (login CSRF).
   */
  maySignIn(request: GuardRequest): boolean
}

/**
 * An authenticator for access tokens in a cookie, verified as those in the header are.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function tokenCookie(options: TokenCookieOptions): TokenCookie {
  checkOptions('tokenCookie', options, tokenCookieOptions)
  checkOptions('csrf', options.csrf ?? {}, csrfOptions)
  const cookie = credentialCookie(options.name ?? '__Host-lk_at', options.development)
  const { isMeant, isFromOwnPage } = prepareCsrf(options.csrf ?? {}, cookie.isForDevelopment)
  const cleared = clearedCookie(cookie)

  return Object.freeze<TokenCookie>({
    write: (token, life = {}) => writtenCookie(cookie, token, maxAgeOf(life)),
    clear: () => cleared,
    maySignIn: isFromOwnPage,
    prepare({ verifyToken, describeToken }) {
      return {
        scheme: undefined,
        challenge: undefined,
        carries: (request) => readCookie(request, cookie).kind !== 'none',
        authenticate(request, _credentials, refuse) {
          const reading = readCookie(request, cookie)
          if (reading.kind !== 'one' || !compactToken.test(reading.value)) {
            return refused(
              refuse('invalid_request', {
                detail: 'The Cookie header is malformed',
                reason: 'credentials_malformed',
              }),
            )
          }
          const judge = (found: TokenVerdict): Finding => {
            const finding = unbound(found, refuse)
            if (finding.kind === 'refused') return finding
            const { csrf } = finding.auth.claims
            if (isMeant(request, (token) => isSame(csrf, token))) return finding
            return refused(
              refuse('csrf_failed', { detail: 'This request came from another site', reason: 'csrf_failed' }),
            )
          }
          const finding = verifyToken(reading.value, refuse)
          return finding instanceof Promise ? finding.then(judge) : judge(finding)
        },
        describe: describeToken,
      }
    },
  })
}

/** Whether a page knows the claim `csrf` of the token, as Flask-JWT-Extended binds the two. */
function isSame(claim: unknown, token: string): boolean {
  if (typeof claim !== 'string' || claim.length < 16) return false
  const [known, sent] = [Buffer.from(claim), Buffer.from(token)]
  return known.length === sent.length && timingSafeEqual(known, sent)
}
