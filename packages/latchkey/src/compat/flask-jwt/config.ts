import type { OptionNames } from '../../options/check-options.ts'
import { isSigningAlgorithm, type SigningAlgorithm } from '../../token/algorithms.ts'
import { InvalidKeyError } from '../pyjwt/errors.ts'
import { type KeyInput, prepareSigningKey } from '../pyjwt/keys.ts'
import { settingsIn } from '../python/settings.ts'

/** Flask-JWT's configuration, by its names. A `timedelta` is a number of seconds. */
export interface Config {
  /** The app's secret; JWT_SECRET_KEY if that is not given. */
  readonly SECRET_KEY?: KeyInput
  /** What signs and verifies; SECRET_KEY if not given. */
  readonly JWT_SECRET_KEY?: KeyInput
  /** The realm of a request without a token; `Login Required`. */
  readonly JWT_DEFAULT_REALM?: string
  /** Where tokens are obtained; `/auth`. Null for nowhere. */
  readonly JWT_AUTH_URL_RULE?: string | null
  /** The name of that route in Flask, which means nothing here; `jwt`. */
  readonly JWT_AUTH_ENDPOINT?: string
  /** The member of the body with the user's name; `username`. */
  readonly JWT_AUTH_USERNAME_KEY?: string
  /** `password`. */
  readonly JWT_AUTH_PASSWORD_KEY?: string
  /** What signs, and the only one that is accepted; `HS256`. */
  readonly JWT_ALGORITHM?: string
  /** Seconds by which clocks may differ; 10. */
  readonly JWT_LEEWAY?: number
  /** The scheme of the Authorization header, whatever its case; `JWT`. */
  readonly JWT_AUTH_HEADER_PREFIX?: string
  /** Seconds that a token lives; 300. */
  readonly JWT_EXPIRATION_DELTA?: number
  /** Seconds until a token is valid; 0. */
  readonly JWT_NOT_BEFORE_DELTA?: number
  /** Has no effect, as in Flask-JWT: the signature, `exp`, `nbf` and `iat` are always verified. */
  readonly JWT_VERIFY_CLAIMS?: readonly string[]
  /** What must be there, in tokens made and tokens taken; `exp`, `iat`, `nbf`. */
  readonly JWT_REQUIRED_CLAIMS?: readonly string[]
  /** Who tokens must be for. None for nobody: a token with `aud` is refused. */
  readonly JWT_AUDIENCE?: string | readonly string[] | null
  /** `{ methods: ['POST'] }`. */
  readonly JWT_AUTH_URL_OPTIONS?: { readonly methods?: readonly string[] }
}

/** The configuration with nothing left out. */
export type Settings = Required<Omit<Config, 'SECRET_KEY' | 'JWT_ALGORITHM'>> & {
  readonly JWT_ALGORITHM: SigningAlgorithm
}

const defaults = {
  JWT_DEFAULT_REALM: 'Login Required',
  JWT_AUTH_URL_RULE: '/auth',
  JWT_AUTH_ENDPOINT: 'jwt',
  JWT_AUTH_USERNAME_KEY: 'username',
  JWT_AUTH_PASSWORD_KEY: 'password',
  JWT_ALGORITHM: 'HS256',
  JWT_LEEWAY: 10,
  JWT_AUTH_HEADER_PREFIX: 'JWT',
  JWT_EXPIRATION_DELTA: 300,
  JWT_NOT_BEFORE_DELTA: 0,
  JWT_VERIFY_CLAIMS: ['signature', 'exp', 'nbf', 'iat'],
  JWT_REQUIRED_CLAIMS: ['exp', 'iat', 'nbf'],
  JWT_AUDIENCE: null,
  JWT_AUTH_URL_OPTIONS: { methods: ['POST'] },
} as const

const names: OptionNames<Config> = {
  SECRET_KEY: 1,
  JWT_SECRET_KEY: 1,
  JWT_DEFAULT_REALM: 1,
  JWT_AUTH_URL_RULE: 1,
  JWT_AUTH_ENDPOINT: 1,
  JWT_AUTH_USERNAME_KEY: 1,
  JWT_AUTH_PASSWORD_KEY: 1,
  JWT_ALGORITHM: 1,
  JWT_LEEWAY: 1,
  JWT_AUTH_HEADER_PREFIX: 1,
  JWT_EXPIRATION_DELTA: 1,
  JWT_NOT_BEFORE_DELTA: 1,
  JWT_VERIFY_CLAIMS: 1,
  JWT_REQUIRED_CLAIMS: 1,
  JWT_AUDIENCE: 1,
  JWT_AUTH_URL_OPTIONS: 1,
}

const texts = [
  'JWT_DEFAULT_REALM',
  'JWT_AUTH_ENDPOINT',
  'JWT_AUTH_USERNAME_KEY',
  'JWT_AUTH_PASSWORD_KEY',
  'JWT_AUTH_HEADER_PREFIX',
] as const

/** @throws {TypeError} if a name is not a setting, a value has the wrong type, or the key does not fit the algorithm. */
export function settingsOf(config: Config): Settings {
  const { SECRET_KEY, JWT_SECRET_KEY = SECRET_KEY, ...rest } = settingsIn('Flask-JWT', config, names)
  const settings = { ...defaults, ...rest }
  if (JWT_SECRET_KEY === undefined) throw new TypeError('SECRET_KEY or JWT_SECRET_KEY is needed')
  const { JWT_ALGORITHM } = settings
  if (!isSigningAlgorithm(JWT_ALGORITHM)) throw new TypeError('JWT_ALGORITHM is an algorithm that signs')
  for (const name of ['JWT_LEEWAY', 'JWT_EXPIRATION_DELTA', 'JWT_NOT_BEFORE_DELTA'] as const) {
    if (!Number.isFinite(settings[name])) throw new TypeError(`${name} is a number of seconds`)
  }
  if (settings.JWT_LEEWAY < 0) throw new TypeError('JWT_LEEWAY is not negative')
  for (const name of ['JWT_VERIFY_CLAIMS', 'JWT_REQUIRED_CLAIMS'] as const) {
    const claims: unknown = settings[name]
    if (!Array.isArray(claims) || !claims.every((claim) => typeof claim === 'string')) {
      throw new TypeError(`${name} is a list of claims`)
    }
  }
  for (const name of texts) {
    if (typeof settings[name] !== 'string') throw new TypeError(`${name} is a text`)
  }
  const { methods = ['POST'] } = settingsIn('JWT_AUTH_URL_OPTIONS', settings.JWT_AUTH_URL_OPTIONS, {
    methods: 1,
  })
  if (!Array.isArray(methods) || !methods.every((method) => typeof method === 'string')) {
    throw new TypeError('methods is a list of names of methods')
  }
  checkRealm(settings.JWT_DEFAULT_REALM)
  try {
    prepareSigningKey(JWT_SECRET_KEY, JWT_ALGORITHM)
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error
    throw new TypeError(error.message, { cause: error })
  }
  return Object.freeze({ ...settings, JWT_SECRET_KEY, JWT_ALGORITHM })
}

/** A TypeError for a realm that would end its own quotes, or the header, or is a request: then the call is missing. */
export function checkRealm(realm: unknown): void {
  if (typeof realm !== 'string' || !/^[ !#-[\]-~]*$/.test(realm)) {
    throw new TypeError('a realm is plain text; the middleware is what jwt_required() gives')
  }
}
