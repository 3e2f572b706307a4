import type { Ask } from '../mount/exchange.ts'
import { type Authenticated, type BaseAuthentication, headerParts } from '../rest-framework/authentication.ts'
import { cookieOf } from '../rest-framework/cookies.ts'
import { enforceCsrf } from '../rest-framework/csrf.ts'
import { AuthenticationFailed } from '../rest-framework/exceptions.ts'
import { isActive, type User, type Users } from '../rest-framework/users.ts'
import type { DecodeFault, Tokens } from './tokens.ts'

interface Parts<Someone extends User> {
  readonly tokens: Tokens<Someone>
  readonly users: Users<Someone>
  readonly prefix: string
  readonly cookie: string | null
  readonly trustedOrigins: readonly string[]
}

const said: Readonly<Record<DecodeFault, string>> = {
  expired: 'Signature has expired.',
  undecodable: 'Error decoding signature.',
  incorrect: 'Incorrect authentication credentials.',
}

/** Authenticates by a token in the Authorization header, or in the cookie if there is no such header. */
export class JSONWebTokenAuthentication<Someone extends User = User> implements BaseAuthentication {
  readonly #parts: Parts<Someone>

  constructor(parts: Parts<Someone>) {
    this.#parts = parts
  }

  async authenticate(request: Ask): Promise<Authenticated | null> {
    const { tokens, cookie, trustedOrigins } = this.#parts
    const inHeader = request.header('authorization')?.trim()
    const token = inHeader ? this.#tokenOf(inHeader) : cookie === null ? undefined : cookieOf(request, cookie)
    if (token === undefined || token === '') return null
    const decoded = await tokens.decode(token)
    if ('error' in decoded) throw new AuthenticationFailed(said[decoded.error])
    const user = await this.#userOf(tokens.username(decoded.payload))
    // Browsers send a cookie wherever a request comes from.
    if (!inHeader) enforceCsrf(request, trustedOrigins)
    return { user, auth: token }
  }

  authenticate_header(): string {
    return `${this.#parts.prefix} realm="api"`
  }

  #tokenOf(header: string): string | undefined {
    const [scheme, token, ...more] = headerParts(header)
    if (scheme?.toLowerCase() !== this.#parts.prefix.toLowerCase()) return undefined
    if (token === undefined) {
      throw new AuthenticationFailed('Invalid Authorization header. No credentials provided.')
    }
    if (more.length > 0) {
      throw new AuthenticationFailed(
        'Invalid Authorization header. Credentials string should not contain spaces.',
      )
    }
    return token
  }

  async #userOf(username: unknown): Promise<Someone> {
    if (typeof username !== 'string' || username === '') throw new AuthenticationFailed('Invalid payload.')
    const user = await this.#parts.users.get_by_natural_key(username)
    if (!user) throw new AuthenticationFailed('Invalid signature.')
    if (!isActive(user)) throw new AuthenticationFailed('User account is disabled.')
    return user
  }
}
