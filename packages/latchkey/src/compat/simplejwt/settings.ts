import type { OptionNames } from '../../options/check-options.ts'
import type { Ask } from '../mount/exchange.ts'
import { InvalidKeyError } from '../pyjwt/errors.ts'
import {
  algorithmNamed,
  isHmac,
  type KeyInput,
  prepareSigningKey,
  prepareVerificationKey,
} from '../pyjwt/keys.ts'
import { settingsIn } from '../python/settings.ts'
import { isActive, type May, type User, type Users } from '../rest-framework/users.ts'
import type { SerializerClass } from './serializer.ts'
import type { Token, TokenClass } from './tokens.ts'

/** Finds users. */
export interface SimpleUsers<Someone extends User = User>
  extends Pick<Users<Someone>, 'USERNAME_FIELD' | 'authenticate'> {
  /** The user whose USER_ID_FIELD is this; as text, whatever it is in the user (as it was, in release 5.2). */
  get(userId: unknown): May<Someone | null | undefined>
  /** For UPDATE_LAST_LOGIN. */
  update_last_login?(user: Someone): May<void>
}

/** The settings of `SIMPLE_JWT`, by their names. A `timedelta` is a number of seconds; what was a path is a class or function. */
export interface SimpleJwt<Someone extends User = User> {
  readonly ACCESS_TOKEN_LIFETIME?: number
  readonly REFRESH_TOKEN_LIFETIME?: number
  /** Give out a new refresh token with each access token. */
  readonly ROTATE_REFRESH_TOKENS?: boolean
  /** Blacklist the refresh token that was used. */
  readonly BLACKLIST_AFTER_ROTATION?: boolean
  readonly UPDATE_LAST_LOGIN?: boolean
  readonly ALGORITHM?: string
  /** The secret, or the private key. */
  readonly SIGNING_KEY?: KeyInput
  /** The public key. */
  readonly VERIFYING_KEY?: KeyInput
  readonly AUDIENCE?: string | readonly string[] | null
  readonly ISSUER?: string | null
  /** Turns what JSON does not have into what it has. */
  readonly JSON_ENCODER?: ((value: unknown) => unknown) | null
  /** A key set that verifies, instead of VERIFYING_KEY. */
  readonly JWK_URL?: string | null
  readonly LEEWAY?: number
  /** Schemes of the Authorization header, letter by letter. The first stands in challenges. */
  readonly AUTH_HEADER_TYPES?: string | readonly string[]
  /** As WSGI spells headers. */
  readonly AUTH_HEADER_NAME?: string
  readonly USER_ID_FIELD?: string
  readonly USER_ID_CLAIM?: string
  /** Whether a user may have tokens. */
  readonly USER_AUTHENTICATION_RULE?: (user: Someone | null | undefined) => May<boolean>
  readonly ON_LOGIN_SUCCESS?: ((user: Someone, request: Ask) => May<void>) | null
  /** Told of the name; never of the password. */
  readonly ON_LOGIN_FAILED?:
    | ((credentials: Readonly<Record<string, string>>, request: Ask) => May<void>)
    | null
  /** Which tokens open a protected route. */
  readonly AUTH_TOKEN_CLASSES?: readonly TokenClass[]
  readonly TOKEN_TYPE_CLAIM?: string | null
  readonly JTI_CLAIM?: string
  /** What JWTStatelessUserAuthentication makes of a token. */
  readonly TOKEN_USER_CLASS?: new (
    token: Token,
  ) => object
  readonly SLIDING_TOKEN_REFRESH_EXP_CLAIM?: string
  readonly SLIDING_TOKEN_LIFETIME?: number
  readonly SLIDING_TOKEN_REFRESH_LIFETIME?: number
  readonly TOKEN_OBTAIN_SERIALIZER?: SerializerClass
  readonly TOKEN_REFRESH_SERIALIZER?: SerializerClass
  readonly TOKEN_VERIFY_SERIALIZER?: SerializerClass
  readonly TOKEN_BLACKLIST_SERIALIZER?: SerializerClass
  readonly SLIDING_TOKEN_OBTAIN_SERIALIZER?: SerializerClass
  readonly SLIDING_TOKEN_REFRESH_SERIALIZER?: SerializerClass
  /** Refuse tokens from before a change of password. */
  readonly CHECK_REVOKE_TOKEN?: boolean
  readonly REVOKE_TOKEN_CLAIM?: string
  readonly CHECK_USER_IS_ACTIVE?: boolean
}

const defaults = {
  ACCESS_TOKEN_LIFETIME: 300,
  REFRESH_TOKEN_LIFETIME: 86_400,
  ROTATE_REFRESH_TOKENS: false,
  BLACKLIST_AFTER_ROTATION: false,
  UPDATE_LAST_LOGIN: false,
  ALGORITHM: 'HS256',
  VERIFYING_KEY: '',
  AUDIENCE: null,
  ISSUER: null,
  JSON_ENCODER: null,
  JWK_URL: null,
  LEEWAY: 0,
  AUTH_HEADER_TYPES: ['Bearer'],
  AUTH_HEADER_NAME: 'HTTP_AUTHORIZATION',
  USER_ID_FIELD: 'id',
  USER_ID_CLAIM: 'user_id',
  ON_LOGIN_SUCCESS: null,
  ON_LOGIN_FAILED: null,
  TOKEN_TYPE_CLAIM: 'token_type',
  JTI_CLAIM: 'jti',
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'refresh_exp',
  SLIDING_TOKEN_LIFETIME: 300,
  SLIDING_TOKEN_REFRESH_LIFETIME: 86_400,
  CHECK_REVOKE_TOKEN: false,
  REVOKE_TOKEN_CLAIM: 'hash_password',
  CHECK_USER_IS_ACTIVE: true,
} as const

const names: OptionNames<SimpleJwt> = {
  ACCESS_TOKEN_LIFETIME: 1,
  REFRESH_TOKEN_LIFETIME: 1,
  ROTATE_REFRESH_TOKENS: 1,
  BLACKLIST_AFTER_ROTATION: 1,
  UPDATE_LAST_LOGIN: 1,
  ALGORITHM: 1,
  SIGNING_KEY: 1,
  VERIFYING_KEY: 1,
  AUDIENCE: 1,
  ISSUER: 1,
  JSON_ENCODER: 1,
  JWK_URL: 1,
  LEEWAY: 1,
  AUTH_HEADER_TYPES: 1,
  AUTH_HEADER_NAME: 1,
  USER_ID_FIELD: 1,
  USER_ID_CLAIM: 1,
  USER_AUTHENTICATION_RULE: 1,
  ON_LOGIN_SUCCESS: 1,
  ON_LOGIN_FAILED: 1,
  AUTH_TOKEN_CLASSES: 1,
  TOKEN_TYPE_CLAIM: 1,
  JTI_CLAIM: 1,
  TOKEN_USER_CLASS: 1,
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: 1,
  SLIDING_TOKEN_LIFETIME: 1,
  SLIDING_TOKEN_REFRESH_LIFETIME: 1,
  TOKEN_OBTAIN_SERIALIZER: 1,
  TOKEN_REFRESH_SERIALIZER: 1,
  TOKEN_VERIFY_SERIALIZER: 1,
  TOKEN_BLACKLIST_SERIALIZER: 1,
  SLIDING_TOKEN_OBTAIN_SERIALIZER: 1,
  SLIDING_TOKEN_REFRESH_SERIALIZER: 1,
  CHECK_REVOKE_TOKEN: 1,
  REVOKE_TOKEN_CLAIM: 1,
  CHECK_USER_IS_ACTIVE: 1,
}

export type Settings = ReturnType<typeof settingsOf>

/**
 * The settings with their defaults.
 *
 * @throws {TypeError} if a name is not a setting, a value has the wrong type, or a key does not fit the algorithm.
 */
export function settingsOf<Someone extends User>(simpleJwt: SimpleJwt<Someone>) {
  const given = settingsIn('SIMPLE_JWT', simpleJwt, names as OptionNames<SimpleJwt<Someone>>)
  const merged = { ...defaults, USER_AUTHENTICATION_RULE: ruleOf(given), ...given }
  const types = merged.AUTH_HEADER_TYPES
  // Settings are looked up with users of any kind; who calls with a user of theirs got it from their own `Users`.
  const settings = { ...merged, AUTH_HEADER_TYPES: typeof types === 'string' ? [types] : types } as Omit<
    typeof merged,
    keyof Hooks | 'AUTH_HEADER_TYPES'
  > &
    Required<Hooks> & { readonly AUTH_HEADER_TYPES: readonly string[] }
  const lifetimes = ['ACCESS_TOKEN_LIFETIME', 'REFRESH_TOKEN_LIFETIME', 'SLIDING_TOKEN_LIFETIME'] as const
  for (const name of [...lifetimes, 'SLIDING_TOKEN_REFRESH_LIFETIME', 'LEEWAY'] as const) {
    if (!Number.isFinite(settings[name])) throw new TypeError(`${name} is a number of seconds`)
  }
  for (const name of flags) {
    if (typeof settings[name] !== 'boolean') throw new TypeError(`${name} is true or false`)
  }
  for (const name of claimNames) {
    if (typeof settings[name] !== 'string' || settings[name] === '') throw new TypeError(`${name} is a name`)
  }
  const classes: unknown = settings.AUTH_TOKEN_CLASSES
  if (classes !== undefined && (!Array.isArray(classes) || classes.length === 0)) {
    throw new TypeError('AUTH_TOKEN_CLASSES is a list of classes of tokens')
  }
  if (settings.LEEWAY < 0) throw new TypeError('LEEWAY is not negative')
  if (settings.AUTH_HEADER_TYPES.length === 0) throw new TypeError('AUTH_HEADER_TYPES names a scheme')
  for (const type of settings.AUTH_HEADER_TYPES) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(type)) throw new TypeError('AUTH_HEADER_TYPES are single words')
  }
  checkKeys(settings)
  return Object.freeze(settings)
}

/** As in the original since release 5.4, the standard rule asks whether the user is active only where that is checked. */
function ruleOf({ CHECK_USER_IS_ACTIVE = true }: SimpleJwt<never>) {
  return (user: User | null | undefined) =>
    user !== null && user !== undefined && (!CHECK_USER_IS_ACTIVE || isActive(user))
}

const flags = [
  'ROTATE_REFRESH_TOKENS',
  'BLACKLIST_AFTER_ROTATION',
  'UPDATE_LAST_LOGIN',
  'CHECK_REVOKE_TOKEN',
  'CHECK_USER_IS_ACTIVE',
] as const

const claimNames = [
  'AUTH_HEADER_NAME',
  'USER_ID_FIELD',
  'USER_ID_CLAIM',
  'JTI_CLAIM',
  'SLIDING_TOKEN_REFRESH_EXP_CLAIM',
  'REVOKE_TOKEN_CLAIM',
] as const

type Hooks = Pick<SimpleJwt, 'USER_AUTHENTICATION_RULE' | 'ON_LOGIN_SUCCESS' | 'ON_LOGIN_FAILED'>

function checkKeys({ ALGORITHM, SIGNING_KEY, VERIFYING_KEY, JWK_URL }: KeySettings): void {
  const algorithm = algorithmNamed(ALGORITHM)
  if (isHmac(algorithm) && SIGNING_KEY === undefined) throw new TypeError('SIGNING_KEY is needed')
  if (!isHmac(algorithm) && VERIFYING_KEY === '' && JWK_URL === null) {
    throw new TypeError(`VERIFYING_KEY or JWK_URL is needed for ${algorithm}`)
  }
  try {
    // A service that only verifies has no key to sign with, and obtains nothing.
    if (SIGNING_KEY !== undefined) prepareSigningKey(SIGNING_KEY, algorithm)
    if (VERIFYING_KEY !== '' && !isHmac(algorithm)) prepareVerificationKey(VERIFYING_KEY, algorithm)
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error
    throw new TypeError(error.message, { cause: error })
  }
}

interface KeySettings {
  readonly ALGORITHM: string
  readonly SIGNING_KEY?: KeyInput
  readonly VERIFYING_KEY: KeyInput
  readonly JWK_URL: string | null
}
