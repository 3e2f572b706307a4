import type { OptionNames } from '../../options/check-options.ts'
import { type Clock, clockOf } from '../../options/clock.ts'
import { type Answer, type Ask, checkMaxBodyBytes, type Gate } from '../mount/exchange.ts'
import { mount, type Protector, protect } from '../mount/mount.ts'
import { InvalidAudienceError, InvalidTokenError } from '../pyjwt/errors.ts'
import type { InsecureKeyLengthWarning } from '../pyjwt/insecure-key-length-warning.ts'
import { PyJWT } from '../pyjwt/pyjwt.ts'
import { settingsIn } from '../python/settings.ts'
import { words } from '../python/text.ts'
import { jsonify, page } from './answers.ts'
import { type Config, checkRealm, type Settings, settingsOf } from './config.ts'
import { readCredentials } from './credentials.ts'
import { withIdentity } from './current-identity.ts'
import { JWTError } from './errors.ts'

type May<T> = T | Promise<T>
type Dict = Readonly<Record<string, unknown>>

/** Flask-JWT's hooks. Each may be asynchronous, and may throw a JWTError to refuse in its own words. */
export interface Handlers<Identity> {
  /** The user with this name and password; null or undefined if there is none. */
  readonly authentication: (username: string, password: string) => May<Identity | null | undefined>
  /** The user that a payload is for; null, undefined or false if there is none. */
  readonly identity: (payload: Dict) => unknown
  /** The response of `/auth`. */
  readonly auth_response: (access_token: string, identity: Identity) => May<Answer>
  /** All of `/auth`. Deprecated by Flask-JWT: set JWT_AUTH_URL_RULE to null and add a route of your own. */
  readonly auth_request: (request: Ask) => May<Answer>
  /** The token of a request; null if it has none. */
  readonly request: (request: Ask) => May<string | null | undefined>
  /** The token for a user. */
  readonly jwt_encode: (identity: Identity) => May<string>
  /** The payload of a token. If it throws one of PyJWT's InvalidTokenErrors, the token is refused with its message. */
  readonly jwt_decode: (token: string) => May<Dict>
  /** The payload for a user. */
  readonly jwt_payload: (identity: Identity) => May<Dict>
  /** More members of the token's header. */
  readonly jwt_headers: (identity: Identity) => May<Dict | null | undefined>
  /** The response to a request that is refused. */
  readonly jwt_error: (error: JWTError) => May<Answer>
}

/** What a JWT takes from its environment. */
export interface Surroundings {
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
  /** Called for a secret that is shorter than the hash; `process.emitWarning` if not given. */
  readonly onWarning?: (warning: InsecureKeyLengthWarning) => void
  /** The largest body that is read, in bytes; 65,536 if not given. */
  readonly maxBodyBytes?: number
}

const surroundingNames: OptionNames<Surroundings> = { now: 1, onWarning: 1, maxBodyBytes: 1 }

/** The gate of the JWT of the app that received a request. Flask finds it by `current_app`. */
const gateOf = new WeakMap<object, (realm?: string) => Gate>()

/**
 * Flask-JWT's class: clients obtain a token at `/auth`, and `jwt_required()` protects routes. The app is one of Express,
 * Fastify, Hono, Koa or Nest, a `node:http` Server, or an object with `fetch`.
 *
 * @throws {TypeError} if a setting does not exist or is invalid, or the app is none of these.
 *
 * @example
 * ```ts
 * const app = express()
 * new JWT(app, authenticate, identity, { SECRET_KEY: process.env.SECRET_KEY })
 * app.get('/protected', jwt_required(), (request, response) => response.send(`${current_identity.username}`))
 * ```
 */
export class JWT<Identity = unknown> {
  #settings: Settings | undefined
  readonly #handlers: { -readonly [Name in keyof Handlers<Identity>]?: Handlers<Identity>[Name] } = {}
  readonly #pyjwt: PyJWT
  readonly #now: Clock
  readonly #maxBodyBytes: number

  constructor(
    app: unknown = null,
    authentication_handler?: Handlers<Identity>['authentication'] | null,
    identity_handler?: Handlers<Identity>['identity'] | null,
    config?: Config,
    surroundings: Surroundings = {},
  ) {
    const { now, onWarning, maxBodyBytes = 64 * 1024 } = settingsIn('JWT', surroundings, surroundingNames)
    checkMaxBodyBytes(maxBodyBytes)
    this.#now = clockOf(now)
    this.#maxBodyBytes = maxBodyBytes
    this.#pyjwt = new PyJWT({}, { now: this.#now, ...(onWarning === undefined ? {} : { onWarning }) })
    if (authentication_handler) this.authentication_handler(authentication_handler)
    if (identity_handler) this.identity_handler(identity_handler)
    if (app !== null) this.init_app(app, config ?? {})
    // Nobody would read them.
    else if (config !== undefined) throw new TypeError('without an app, settings are given to init_app')
  }

  /** Put the route into the app, as the constructor does if it gets an app. */
  init_app(app: unknown, config: Config): void {
    const settings = settingsOf(config)
    const rule = settings.JWT_AUTH_URL_RULE
    if (rule !== null && !rule.startsWith('/')) throw new TypeError('JWT_AUTH_URL_RULE begins with a slash')
    if (rule !== null && !this.#handlers.authentication && !this.#handlers.auth_request) {
      throw new TypeError(
        'an authentication_handler function must be defined when using the built in authentication resource',
      )
    }
    this.#settings = settings
    mount(app, {
      routes: new Map(rule === null ? [] : [[rule, (ask) => this.#answerAuth(ask)]]),
      onRequest: (source) => gateOf.set(source, (realm) => this.#gate(realm)),
    })
  }

  /** A middleware that refuses requests without a valid token, and sets `current_identity` for the handlers after it. */
  jwt_required(realm?: string): Protector {
    if (realm !== undefined) checkRealm(realm)
    return protect(this.#gate(realm))
  }

  #gate(realm?: string): Gate {
    return async (ask) => {
      try {
        const identity = await this.#identify(ask, realm ?? this.#get('JWT_DEFAULT_REALM'))
        return {
          kind: 'granted',
          found: { current_identity: identity },
          run: (next) => withIdentity(identity, next),
        }
      } catch (error) {
        return { kind: 'refused', answer: await this.#refuse(error) }
      }
    }
  }

  authentication_handler = this.#hook('authentication')
  identity_handler = this.#hook('identity')
  auth_response_handler = this.#hook('auth_response')
  auth_request_handler = this.#hook('auth_request')
  request_handler = this.#hook('request')
  jwt_encode_handler = this.#hook('jwt_encode')
  jwt_decode_handler = this.#hook('jwt_decode')
  jwt_payload_handler = this.#hook('jwt_payload')
  jwt_headers_handler = this.#hook('jwt_headers')
  jwt_error_handler = this.#hook('jwt_error')
  // The names that Flask-JWT 0.3 gave the same hooks.
  encode_handler = this.jwt_encode_handler
  decode_handler = this.jwt_decode_handler
  payload_handler = this.jwt_payload_handler
  headers_handler = this.jwt_headers_handler
  error_handler = this.jwt_error_handler

  /** As a decorator does, it gives the function back. */
  #hook<Name extends keyof Handlers<Identity>>(name: Name) {
    return <Handler extends Handlers<Identity>[Name]>(handler: Handler): Handler => {
      if (typeof handler !== 'function') throw new TypeError(`the handler ${name} is a function`)
      this.#handlers[name] = handler
      return handler
    }
  }

  #get<Name extends keyof Settings>(name: Name): Settings[Name] {
    if (this.#settings === undefined) throw new TypeError('init_app has not been called')
    return this.#settings[name]
  }

  async #answerAuth(ask: Ask): Promise<Answer> {
    const methods = [...(this.#get('JWT_AUTH_URL_OPTIONS').methods ?? ['POST']), 'OPTIONS'].sort()
    const allow = { allow: methods.join(', ') }
    if (ask.method === 'OPTIONS') {
      return { status: 200, headers: { ...allow, 'content-type': 'text/html; charset=utf-8' }, body: '' }
    }
    if (!methods.includes(ask.method)) return page(405, allow)
    try {
      return await (this.#handlers.auth_request?.(ask) ?? this.#authenticate(ask))
    } catch (error) {
      return this.#refuse(error)
    }
  }

  async #authenticate(ask: Ask): Promise<Answer> {
    const { JWT_AUTH_USERNAME_KEY, JWT_AUTH_PASSWORD_KEY } = this.#settings ?? settingsOf({})
    const read = await readCredentials(ask, this.#maxBodyBytes, JWT_AUTH_USERNAME_KEY, JWT_AUTH_PASSWORD_KEY)
    if (read.kind === 'page') return page(read.status)
    const identity =
      read.kind === 'credentials'
        ? await this.#handlers.authentication?.(read.username, read.password)
        : undefined
    if (!identity) throw new JWTError('Bad Request', 'Invalid credentials')
    const token = await (this.#handlers.jwt_encode?.(identity) ?? this.#encode(identity))
    return this.#handlers.auth_response?.(token, identity) ?? jsonify({ access_token: token })
  }

  async #encode(identity: Identity): Promise<string> {
    const payload = await (this.#handlers.jwt_payload?.(identity) ?? this.#payload(identity))
    const missing = this.#get('JWT_REQUIRED_CLAIMS').filter((claim) => !Object.hasOwn(payload, claim))
    if (missing.length > 0) {
      throw new TypeError(`Payload is missing required claims: ${missing.join(', ')}`)
    }
    const headers = (await this.#handlers.jwt_headers?.(identity)) ?? {}
    const algorithm = this.#get('JWT_ALGORITHM')
    return this.#pyjwt.encode(payload, this.#get('JWT_SECRET_KEY'), { algorithm, headers })
  }

  #payload(identity: Identity): Dict {
    const id: unknown = Object(identity).id
    if (id === undefined) throw new TypeError('the identity has no id: set a jwt_payload_handler')
    const iat = Math.floor(this.#now() / 1000)
    return {
      exp: Math.floor(iat + this.#get('JWT_EXPIRATION_DELTA')),
      iat,
      nbf: Math.floor(iat + this.#get('JWT_NOT_BEFORE_DELTA')),
      identity: id,
    }
  }

  async #identify(ask: Ask, realm: string): Promise<unknown> {
    const token = await (this.#handlers.request ? this.#handlers.request(ask) : this.#tokenOf(ask))
    if (token === null || token === undefined) {
      throw new JWTError('Authorization Required', 'Request does not contain an access token', 401, {
        'www-authenticate': `JWT realm="${realm}"`,
      })
    }
    const payload = await this.#decode(token)
    const identity = await this.#handlers.identity?.(payload)
    // To Python, false is an identity too; here it is what `found && …` gives where nobody was found.
    if (identity === null || identity === undefined || identity === false) {
      throw new JWTError('Invalid JWT', 'User does not exist')
    }
    return identity
  }

  #tokenOf(ask: Ask): string | undefined {
    const parts = words(ask.header('authorization') ?? '')
    const [scheme, token] = parts
    if (scheme === undefined) return undefined
    if (scheme.toLowerCase() !== this.#get('JWT_AUTH_HEADER_PREFIX').toLowerCase()) {
      throw new JWTError('Invalid JWT header', 'Unsupported authorization type')
    }
    if (parts.length === 1) throw new JWTError('Invalid JWT header', 'Token missing')
    if (parts.length > 2) throw new JWTError('Invalid JWT header', 'Token contains spaces')
    return token
  }

  async #decode(token: string): Promise<Dict> {
    try {
      if (this.#handlers.jwt_decode) {
        const payload = await this.#handlers.jwt_decode(token)
        if (typeof payload !== 'object' || payload === null) throw new TypeError('a payload is an object')
        return payload
      }
      const audience = this.#get('JWT_AUDIENCE')
      const payload = this.#pyjwt.decode(token, this.#get('JWT_SECRET_KEY'), {
        algorithms: [this.#get('JWT_ALGORITHM')],
        audience,
        leeway: this.#get('JWT_LEEWAY'),
        options: {
          // PyJWT of Flask-JWT's day did not look at these.
          verify_sub: false,
          verify_jti: false,
          require: ['exp', 'nbf', 'iat'].filter((claim) => this.#get('JWT_REQUIRED_CLAIMS').includes(claim)),
        },
      })
      // To PyJWT 1 an audience that is null or empty is one all the same.
      if (audience === null && Object.hasOwn(payload, 'aud'))
        throw new InvalidAudienceError('Invalid audience')
      return payload
    } catch (error) {
      if (error instanceof InvalidTokenError) throw new JWTError('Invalid token', error.message)
      throw error
    }
  }

  async #refuse(error: unknown): Promise<Answer> {
    if (!(error instanceof JWTError)) throw error
    if (this.#handlers.jwt_error) return this.#handlers.jwt_error(error)
    const { status_code, description, headers } = error
    return jsonify({ status_code, error: error.error, description }, status_code, headers)
  }
}

/**
 * Flask-JWT's decorator, as a middleware: it refuses requests without a valid token for the JWT of their app, and sets
 * `current_identity` for the handlers after it. A request to an app without a JWT fails with a TypeError.
 *
 * @param realm The realm of the challenge; JWT_DEFAULT_REALM if not given.
 * @throws {TypeError} if `realm` is not plain text, such as when the call is forgotten: `app.get('/', jwt_required)`.
 */
export function jwt_required(realm?: string): Protector {
  if (realm !== undefined) checkRealm(realm)
  return protect(async (ask) => {
    const gate = gateOf.get(ask.source)
    if (gate === undefined) throw new TypeError('no JWT was put into this app before this route')
    return gate(realm)(ask)
  })
}
