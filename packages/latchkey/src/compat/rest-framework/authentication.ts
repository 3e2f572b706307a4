import { isUtf8 } from 'node:buffer'
import type { Ask } from '../mount/exchange.ts'
import { settingsIn } from '../python/settings.ts'
import { asciiWords } from '../python/text.ts'
import { checkOrigins, enforceCsrf } from './csrf.ts'
import { AuthenticationFailed } from './exceptions.ts'
import { isActive, type May, type User } from './users.ts'

/** The user and the credentials of a request: `request.user` and `request.auth`. */
export interface Authenticated {
  readonly user: unknown
  readonly auth: unknown
}

/**
 * An authentication of the chain. It returns null if the request has no credentials for it, and throws if they are refused,
 * which ends the chain.
 */
export interface BaseAuthentication {
  authenticate(request: Ask): May<Authenticated | null>
  /** The challenge of an answer 401. Null makes it 403, where this link is the first. */
  authenticate_header(request: Ask): string | null
}

/** The parts of an Authorization header, between blanks. */
export function headerParts(value = ''): readonly string[] {
  return asciiWords(value)
}

/** Authenticates by the session of the app, and checks against forged requests, as a cookie needs. */
export class SessionAuthentication implements BaseAuthentication {
  readonly #userOf: (request: Ask) => May<User | null | undefined>
  readonly #trustedOrigins: readonly string[]

  /** `userOf` finds the user of the request's session. Pages of `trustedOrigins` may send requests that change something. */
  constructor(
    userOf: (request: Ask) => May<User | null | undefined>,
    options: { readonly trustedOrigins?: readonly string[] } = {},
  ) {
    if (typeof userOf !== 'function')
      throw new TypeError('SessionAuthentication takes a function that finds the user')
    const { trustedOrigins = [] } = settingsIn('SessionAuthentication', options, { trustedOrigins: 1 })
    checkOrigins(trustedOrigins)
    this.#userOf = userOf
    this.#trustedOrigins = trustedOrigins
  }

  async authenticate(request: Ask): Promise<Authenticated | null> {
    const user = await this.#userOf(request)
    if (!user || !isActive(user)) return null
    enforceCsrf(request, this.#trustedOrigins)
    return { user, auth: null }
  }

  authenticate_header(): null {
    return null
  }
}

/** Authenticates by a name and password in each request (RFC 7617). Use it over TLS only. */
export class BasicAuthentication implements BaseAuthentication {
  readonly #authenticate: (username: string, password: string) => May<User | null | undefined>

  constructor(users: { authenticate(username: string, password: string): May<User | null | undefined> }) {
    this.#authenticate = users.authenticate.bind(users)
  }

  async authenticate(request: Ask): Promise<Authenticated | null> {
    const [scheme, credentials, ...more] = headerParts(request.header('authorization'))
    if (scheme?.toLowerCase() !== 'basic') return null
    if (credentials === undefined) {
      throw new AuthenticationFailed('Invalid basic header. No credentials provided.')
    }
    if (more.length > 0) {
      throw new AuthenticationFailed('Invalid basic header. Credentials string should not contain spaces.')
    }
    const bytes = fromBase64(credentials)
    if (bytes === undefined) {
      throw new AuthenticationFailed('Invalid basic header. Credentials not correctly base64 encoded.')
    }
    // Without a colon all of it is the name.
    const [username = '', ...rest] = (isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1')).split(':')
    const user = await this.#authenticate(username, rest.join(':'))
    if (!user) throw new AuthenticationFailed('Invalid username/password.')
    if (!isActive(user)) throw new AuthenticationFailed('User inactive or deleted.')
    return { user, auth: null }
  }

  authenticate_header(): string {
    return 'Basic realm="api"'
  }
}

/** Base64 with its padding and nothing else (RFC 4648 section 3.3), so that one pair of credentials has one spelling. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
