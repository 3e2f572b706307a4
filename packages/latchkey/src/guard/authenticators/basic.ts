import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { AuthenticatorFactory, Finding } from '../authenticator.ts'
import { type FailureLimit, failureLimit } from '../failure-limit.ts'
import { createPrincipal, type PrincipalFields } from '../principal.ts'
import { isPromiseLike } from '../promise-like.ts'
import { quotable } from '../refusal.ts'
import { refused } from './access-token.ts'

/** How user name and password are checked. */
export interface BasicOptions {
  /**
   * Find the user; undefined if name or password are wrong. Called for every request, so remember the result of a slow
   * password hash. The framework answers an error.
   */
  verify(
    user: string,
    password: string,
  ): PrincipalFields | undefined | PromiseLike<PrincipalFields | undefined>
  /** The realm of the challenge; that of the guard if not given. */
  readonly realm?: string
  /** The bound on guessing; `failureLimit()` if not given. */
  readonly limit?: FailureLimit
  /** Accept passwords over plain http: for a server behind a proxy that ends TLS, on a network of your own. */
  readonly insecureHttp?: boolean
}

const basicOptions: OptionNames<BasicOptions> = { verify: 1, realm: 1, limit: 1, insecureHttp: 1 }

/** Longer than name and password together, and short enough to hash. */
const maxLength = 1368

/**
 * An authenticator for user name and password in every request (RFC 7617), with a limit on guessing.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function basic(options: BasicOptions): AuthenticatorFactory {
  checkOptions('basic', options, basicOptions)
  const { verify, insecureHttp = false } = options
  if (typeof verify !== 'function') throw new TypeError('verify is a function of user name and password')
  if (typeof insecureHttp !== 'boolean') throw new TypeError('insecureHttp is a boolean')
  const limit = options.limit ?? failureLimit()

  return Object.freeze<AuthenticatorFactory>({
    prepare({ now, realm }) {
      return {
        scheme: 'Basic',
        challenge: {
          scheme: 'Basic',
          parameters: { realm: quotable('realm', options.realm ?? realm), charset: 'UTF-8' },
          announcesMetadata: false,
        },
        authenticate(request, credentials, refuse) {
          if (!insecureHttp && !request.isPrivate) {
            return refused(
              refuse('forbidden', {
                detail: 'Passwords are taken over TLS only',
                reason: 'credentials_in_clear',
              }),
            )
          }
          const pair = readPair(credentials)
          if (pair === undefined) {
            return refused(
              refuse('invalid_request', {
                detail: 'The Authorization header is malformed',
                reason: 'credentials_malformed',
              }),
            )
          }
          const waitSeconds = limit.waitSeconds(request, pair.user, now())
          if (waitSeconds !== undefined) {
            return refused(
              refuse('rate_limited', {
                detail: 'There were too many failures',
                reason: 'failures_too_many',
                headers: { 'retry-after': String(waitSeconds) },
              }),
            )
          }
          // Counted before it is known to be one, so that many at once do not all slip through.
          limit.count(request, pair.user, now())
          const judge = (fields: PrincipalFields | undefined): Finding => {
            const auth = fields === undefined ? undefined : createPrincipal(fields)
            if (auth !== undefined && auth.expiresAt > now()) {
              limit.forgive(request, pair.user)
              return { kind: 'allowed', auth }
            }
            return refused(
              refuse('invalid_credentials', {
                detail: 'The user name or the password is wrong',
                reason: 'credentials_unknown',
              }),
            )
          }
          const found = verify(pair.user, pair.password)
          return isPromiseLike(found) ? Promise.resolve(found).then(judge) : judge(found)
        },
      }
    },
  })
}

/** RFC 7617 section 2: base64 of UTF-8, of which the first colon ends the name, and no control characters. */
function readPair(credentials: string): { readonly user: string; readonly password: string } | undefined {
  if (credentials.length > maxLength) return undefined
  const bytes = Buffer.from(credentials, 'base64')
  // Node leaves out what is no base64, so only what is written back the same was it. Padding may be missing.
  const written = bytes.toString('base64').replaceAll('=', '')
  if (written !== credentials.replace(/={1,2}/, '')) return undefined
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined // not UTF-8
  }
  const colon = text.indexOf(':')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (colon === -1 || /[\x00-\x1f\x7f]/.test(text)) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
