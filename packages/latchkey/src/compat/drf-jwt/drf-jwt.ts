import type { OptionNames } from '../../options/check-options.ts'
import { clockOf } from '../../options/clock.ts'
import { type Ask, checkMaxBodyBytes, type Route } from '../mount/exchange.ts'
import type { InsecureKeyLengthWarning } from '../pyjwt/insecure-key-length-warning.ts'
import { settingsIn } from '../python/settings.ts'
import { checkOrigins } from '../rest-framework/csrf.ts'
import { ValidationError } from '../rest-framework/exceptions.ts'
import { charFields } from '../rest-framework/fields.ts'
import { isActive, type User } from '../rest-framework/users.ts'
import { view } from '../rest-framework/view.ts'
import { JSONWebTokenAuthentication } from './authentication.ts'
import { type JwtAuth, type Payload, settingsOf } from './settings.ts'
import { type JwtUsers, tokensOf } from './tokens.ts'

/** What the views take from their environment. */
export interface Surroundings {
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
  /** Called for a secret that is shorter than the hash; `process.emitWarning` if not given. */
  readonly onWarning?: (warning: InsecureKeyLengthWarning) => void
  /** The largest body that is read, in bytes; 65,536 if not given. */
  readonly maxBodyBytes?: number
  /** Origins whose pages may send the cookie with requests that change something. */
  readonly trustedOrigins?: readonly string[]
  /** Leave `Secure` out of the cookie, for development over plain HTTP. */
  readonly insecureCookie?: boolean
}

const surroundingNames: OptionNames<Surroundings> = {
  now: 1,
  onWarning: 1,
  maxBodyBytes: 1,
  trustedOrigins: 1,
  insecureCookie: 1,
}

/** What `rest_framework_jwt` adds to a project. */
export interface DrfJwt<Someone extends User = User> {
  /** POST a name and a password, get a token. */
  readonly obtain_jwt_token: Route
  /** POST a token that has not expired, get one that lives longer. */
  readonly refresh_jwt_token: Route
  /** POST a token, get it back if it is good. */
  readonly verify_jwt_token: Route
  /** The authentication, for the chain of `api_view`. */
  readonly authentication: JSONWebTokenAuthentication<Someone>
}

/**
 * The views and the authentication of django-rest-framework-jwt 1.11. Put the views in place with `urlpatterns`, and protect
 * routes with `api_view`.
 *
 * @throws {TypeError} if a setting does not exist or is invalid.
 *
 * @example
 * ```ts
 * const jwt = createDrfJwt({ JWT_SECRET_KEY: process.env.SECRET_KEY }, users)
 * urlpatterns(app, { '/api-token-auth/': jwt.obtain_jwt_token })
 * app.get('/', api_view({ authentication_classes: [jwt.authentication], permission_classes: [IsAuthenticated] }), handler)
 * ```
 */
export function createDrfJwt<Someone extends User>(
  jwtAuth: JwtAuth<Someone>,
  users: JwtUsers<Someone>,
  surroundings: Surroundings = {},
): DrfJwt<Someone> {
  const given = settingsIn('createDrfJwt', surroundings, surroundingNames)
  const { onWarning, maxBodyBytes = 64 * 1024, trustedOrigins = [], insecureCookie = false } = given
  const now = clockOf(given.now)
  if (typeof insecureCookie !== 'boolean') throw new TypeError('insecureCookie is true or false')
  checkOrigins(trustedOrigins)
  const settings = settingsOf(jwtAuth)
  if (settings.JWT_GET_USER_SECRET_KEY && !users.get) {
    throw new TypeError('JWT_GET_USER_SECRET_KEY needs get(pk), by which a user is found')
  }
  checkMaxBodyBytes(maxBodyBytes)
  const tokens = tokensOf(settings, users, now, onWarning)
  const handlers: JwtAuth<Someone> = settings
  const respond = handlers.JWT_RESPONSE_PAYLOAD_HANDLER ?? ((token: string) => ({ token }))
  const usernameField = users.USERNAME_FIELD ?? 'username'

  function tokenView(
    name: string,
    description: string,
    find: (data: unknown) => Promise<{ token: string; user: Someone }>,
  ): Route {
    return view({
      name,
      description,
      maxBodyBytes,
      async post(data, ask: Ask) {
        const { token, user } = await find(data)
        return { body: await respond(token, user, ask), headers: cookieWith(token) }
      },
    })
  }

  function cookieWith(token: string): Readonly<Record<string, string>> {
    const { JWT_AUTH_COOKIE: name, JWT_EXPIRATION_DELTA: ttlSeconds } = settings
    if (name === null) return {}
    // With a JWT_DECODE_HANDLER of one's own, a token that a client sent may be any text (RFC 6265 section 4.1.1).
    if (!/^[!#-+\--:<-[\]-~]+$/.test(token)) throw new ValidationError('Error decoding signature.')
    const expires = new Date(now() + 1000 * ttlSeconds).toUTCString()
    const secure = insecureCookie ? '' : '; Secure'
    return {
      'set-cookie': `${name}=${token}; expires=${expires}; HttpOnly; Max-Age=${ttlSeconds}; Path=/; SameSite=Lax${secure}`,
    }
  }

  /** What the views for tokens check of one; the user that it is for. */
  async function check(token: string): Promise<{ payload: Payload; user: Someone }> {
    const decoded = await tokens.decode(token)
    if ('error' in decoded) {
      throw new ValidationError(
        decoded.error === 'expired' ? 'Signature has expired.' : 'Error decoding signature.',
      )
    }
    const username = tokens.username(decoded.payload)
    if (typeof username !== 'string' || username === '') throw new ValidationError('Invalid payload.')
    const user = await users.get_by_natural_key(username)
    if (!user) throw new ValidationError("User doesn't exist.")
    if (!isActive(user)) throw new ValidationError('User account is disabled.')
    return { payload: decoded.payload, user }
  }

  return Object.freeze({
    obtain_jwt_token: tokenView(
      'Obtain Json Web Token',
      'A token for a name and a password.',
      async (data) => {
        const fields = charFields(data, [usernameField, 'password'])
        const user = await users.authenticate(fields[usernameField] ?? '', fields.password ?? '')
        if (!user) throw new ValidationError('Unable to log in with provided credentials.')
        if (!isActive(user)) throw new ValidationError('User account is disabled.')
        return { token: await tokens.encode(await tokens.payload(user)), user }
      },
    ),

    refresh_jwt_token: tokenView('Refresh Json Web Token', 'A new token for a good one.', async (data) => {
      const { payload, user } = await check(charFields(data, ['token']).token)
      const { orig_iat } = payload
      if (typeof orig_iat !== 'number' || orig_iat === 0) {
        throw new ValidationError('orig_iat field is required.')
      }
      if (Math.floor(now() / 1000) > orig_iat + Math.floor(settings.JWT_REFRESH_EXPIRATION_DELTA)) {
        throw new ValidationError('Refresh has expired.')
      }
      return { token: await tokens.encode({ ...(await tokens.payload(user)), orig_iat }), user }
    }),

    verify_jwt_token: tokenView('Verify Json Web Token', 'The same token, if it is good.', async (data) => {
      const { token } = charFields(data, ['token'])
      const { user } = await check(token)
      return { token, user }
    }),

    authentication: new JSONWebTokenAuthentication<Someone>({
      tokens,
      users,
      prefix: settings.JWT_AUTH_HEADER_PREFIX,
      cookie: settings.JWT_AUTH_COOKIE,
      trustedOrigins,
    }),
  })
}
