import type { OptionNames } from '../../options/check-options.ts'
import type { Ask } from '../mount/exchange.ts'
import { InvalidKeyError } from '../pyjwt/errors.ts'
import { algorithmNamed, type KeyInput, prepareSigningKey, prepareVerificationKey } from '../pyjwt/keys.ts'
import { settingsIn } from '../python/settings.ts'
import type { May, User } from '../rest-framework/users.ts'

/** The claims of a token. */
export type Payload = Readonly<Record<string, unknown>>

/** The settings of `JWT_AUTH`, by their names. A `timedelta` is a number of seconds; what was a path is a function. */
export interface JwtAuth<Someone extends User = User> {
  /** The token of a payload. */
  readonly JWT_ENCODE_HANDLER?: (payload: Payload) => May<string>
  /** The payload of a token. Throws one of PyJWT's InvalidTokenErrors to refuse it. */
  readonly JWT_DECODE_HANDLER?: (token: string) => May<Payload>
  /** The payload for a user. */
  readonly JWT_PAYLOAD_HANDLER?: (user: Someone) => May<Payload>
  /** The user id by which JWT_GET_USER_SECRET_KEY is looked up; `payload.user_id`. The payload is not verified yet. */
  readonly JWT_PAYLOAD_GET_USER_ID_HANDLER?: (payload: Payload) => unknown
  /** The name of the user; `payload.username`. */
  readonly JWT_PAYLOAD_GET_USERNAME_HANDLER?: (payload: Payload) => unknown
  /** What all three views answer; `{ token }`. */
  readonly JWT_RESPONSE_PAYLOAD_HANDLER?: (token: string, user: Someone, request: Ask) => May<unknown>
  /** Signs and verifies, unless there are keys or a secret for each user. */
  readonly JWT_SECRET_KEY?: KeyInput
  /** A secret for each user, so that changing it ends their tokens. */
  readonly JWT_GET_USER_SECRET_KEY?: ((user: Someone) => May<string>) | null
  readonly JWT_PUBLIC_KEY?: KeyInput | null
  readonly JWT_PRIVATE_KEY?: KeyInput | null
  /** What signs, and the only one that is accepted; `HS256`. */
  readonly JWT_ALGORITHM?: string
  /** True. */
  readonly JWT_VERIFY?: boolean
  /** True. */
  readonly JWT_VERIFY_EXPIRATION?: boolean
  /** The clock skew to tolerate, in seconds; 0. */
  readonly JWT_LEEWAY?: number
  /** Seconds that a token lives; 300. */
  readonly JWT_EXPIRATION_DELTA?: number
  /** The audience of tokens. Null: a token with `aud` is refused. */
  readonly JWT_AUDIENCE?: string | null
  /** The issuer of tokens. Null: `iss` is not checked. */
  readonly JWT_ISSUER?: string | null
  /** Whether tokens can be refreshed; false. */
  readonly JWT_ALLOW_REFRESH?: boolean
  /** Seconds from the first token until none can be refreshed; 604,800. */
  readonly JWT_REFRESH_EXPIRATION_DELTA?: number
  /** The scheme of the Authorization header, whatever its case; `JWT`. */
  readonly JWT_AUTH_HEADER_PREFIX?: string
  /** The cookie that carries the token too. None: no cookie. */
  readonly JWT_AUTH_COOKIE?: string | null
}

const defaults = {
  JWT_GET_USER_SECRET_KEY: null,
  JWT_PUBLIC_KEY: null,
  JWT_PRIVATE_KEY: null,
  JWT_ALGORITHM: 'HS256',
  JWT_VERIFY: true,
  JWT_VERIFY_EXPIRATION: true,
  JWT_LEEWAY: 0,
  JWT_EXPIRATION_DELTA: 300,
  JWT_AUDIENCE: null,
  JWT_ISSUER: null,
  JWT_ALLOW_REFRESH: false,
  JWT_REFRESH_EXPIRATION_DELTA: 7 * 86_400,
  JWT_AUTH_HEADER_PREFIX: 'JWT',
  JWT_AUTH_COOKIE: null,
} as const

const names: OptionNames<JwtAuth> = {
  JWT_ENCODE_HANDLER: 1,
  JWT_DECODE_HANDLER: 1,
  JWT_PAYLOAD_HANDLER: 1,
  JWT_PAYLOAD_GET_USER_ID_HANDLER: 1,
  JWT_PAYLOAD_GET_USERNAME_HANDLER: 1,
  JWT_RESPONSE_PAYLOAD_HANDLER: 1,
  JWT_SECRET_KEY: 1,
  JWT_GET_USER_SECRET_KEY: 1,
  JWT_PUBLIC_KEY: 1,
  JWT_PRIVATE_KEY: 1,
  JWT_ALGORITHM: 1,
  JWT_VERIFY: 1,
  JWT_VERIFY_EXPIRATION: 1,
  JWT_LEEWAY: 1,
  JWT_EXPIRATION_DELTA: 1,
  JWT_AUDIENCE: 1,
  JWT_ISSUER: 1,
  JWT_ALLOW_REFRESH: 1,
  JWT_REFRESH_EXPIRATION_DELTA: 1,
  JWT_AUTH_HEADER_PREFIX: 1,
  JWT_AUTH_COOKIE: 1,
}

/**
 * The settings with their defaults.
 *
 * @throws {TypeError} if a name is not a setting, a value has the wrong type, or a key does not fit the algorithm.
 */
export function settingsOf<Someone extends User>(given: JwtAuth<Someone>) {
  const settings = { ...defaults, ...settingsIn('JWT_AUTH', given, names as OptionNames<JwtAuth<Someone>>) }
  for (const name of ['JWT_LEEWAY', 'JWT_EXPIRATION_DELTA', 'JWT_REFRESH_EXPIRATION_DELTA'] as const) {
    if (!Number.isFinite(settings[name])) throw new TypeError(`${name} is a number of seconds`)
  }
  if (settings.JWT_LEEWAY < 0) throw new TypeError('JWT_LEEWAY is not negative')
  for (const name of ['JWT_VERIFY', 'JWT_VERIFY_EXPIRATION', 'JWT_ALLOW_REFRESH'] as const) {
    if (typeof settings[name] !== 'boolean') throw new TypeError(`${name} is true or false`)
  }
  for (const [name, value] of Object.entries(settings)) {
    if (name.endsWith('_HANDLER') && typeof value !== 'function') throw new TypeError(`${name} is a function`)
  }
  if (!settings.JWT_VERIFY) {
    throw new TypeError('JWT_VERIFY is true: without it anybody is whoever they say')
  }
  for (const name of ['JWT_AUTH_HEADER_PREFIX', 'JWT_AUTH_COOKIE'] as const) {
    const value = settings[name]
    if (value !== null && !/^[\w!#$%&'*+.^`|~-]+$/.test(value)) throw new TypeError(`${name} is one word`)
  }
  for (const name of ['JWT_AUDIENCE', 'JWT_ISSUER'] as const) {
    const value: unknown = settings[name]
    if (value !== null && typeof value !== 'string') throw new TypeError(`${name} is a text`)
  }
  checkKeys(settings)
  return Object.freeze(settings)
}

function checkKeys<Someone extends User>(settings: JwtAuth<Someone>): void {
  const { JWT_SECRET_KEY: secret, JWT_PUBLIC_KEY, JWT_PRIVATE_KEY, JWT_ALGORITHM = 'HS256' } = settings
  const algorithm = algorithmNamed(JWT_ALGORITHM)
  const [signs, verifies] = [JWT_PRIVATE_KEY ?? secret, JWT_PUBLIC_KEY ?? secret]
  const hasOwnCode = settings.JWT_ENCODE_HANDLER !== undefined && settings.JWT_DECODE_HANDLER !== undefined
  if (hasOwnCode || settings.JWT_GET_USER_SECRET_KEY) return
  if (verifies === undefined)
    throw new TypeError('JWT_SECRET_KEY is needed, or JWT_PUBLIC_KEY and JWT_PRIVATE_KEY')
  try {
    prepareVerificationKey(verifies, algorithm)
    // A service that only verifies has no private key, and obtains nothing.
    if (signs !== undefined) prepareSigningKey(signs, algorithm)
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error
    throw new TypeError(error.message, { cause: error })
  }
}
