import type { OptionNames } from '../../options/check-options.ts'
import { clockOf } from '../../options/clock.ts'
import { checkMaxBodyBytes, type Route } from '../mount/exchange.ts'
import type { InsecureKeyLengthWarning } from '../pyjwt/insecure-key-length-warning.ts'
import { settingsIn } from '../python/settings.ts'
import { charFields } from '../rest-framework/fields.ts'
import type { User } from '../rest-framework/users.ts'
import { view } from '../rest-framework/view.ts'
import { JWTAuthentication, JWTStatelessUserAuthentication } from './authentication.ts'
import { Backend, type Release } from './backend.ts'
import { InvalidToken, TokenError } from './errors.ts'
import type { Kit } from './kit.ts'
import type { SerializerClass } from './serializer.ts'
import {
  TokenBlacklistSerializer,
  TokenObtainPairSerializer,
  TokenObtainSlidingSerializer,
  TokenRefreshSerializer,
  TokenRefreshSlidingSerializer,
  TokenVerifySerializer,
} from './serializers.ts'
import { type SimpleJwt, type SimpleUsers, settingsOf } from './settings.ts'
import { MemoryTokenStore, type TokenStore } from './token-store.ts'

/** What the views take from their environment. */
export interface Surroundings {
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
  /** Called for a secret that is shorter than the hash; `process.emitWarning` if not given. */
  readonly onWarning?: (warning: InsecureKeyLengthWarning) => void
  /** The largest body that is read, in bytes; 65,536 if not given. */
  readonly maxBodyBytes?: number
  /** The store of refresh and sliding tokens; memory of this process if not given. Null is a project without `token_blacklist`. */
  readonly token_blacklist?: TokenStore | null
  /** Which release's words and claims; `5.5` if not given. */
  readonly release?: Release
  /** Fetches JWK_URL. */
  readonly fetch?: typeof fetch
}

const surroundingNames: OptionNames<Surroundings> = {
  now: 1,
  onWarning: 1,
  maxBodyBytes: 1,
  token_blacklist: 1,
  release: 1,
  fetch: 1,
}

/** What `rest_framework_simplejwt` adds to a project. */
export interface SimpleJwtViews {
  /** POST a name and a password, get `{ refresh, access }`. */
  readonly token_obtain_pair: Route
  /** POST `{ refresh }`, get `{ access }`, and a new `refresh` where they rotate. */
  readonly token_refresh: Route
  /** POST `{ token }`, get `{}` if it is good. */
  readonly token_verify: Route
  /** POST `{ refresh }` to blacklist it. */
  readonly token_blacklist: Route
  /** POST a name and a password, get `{ token }`. */
  readonly token_obtain_sliding: Route
  /** POST `{ token }`, get one that opens views for longer. */
  readonly token_refresh_sliding: Route
  /** For the chain of `api_view`. */
  readonly authentication: JWTAuthentication
  /** The same without looking up the user. */
  readonly statelessAuthentication: JWTStatelessUserAuthentication
  /** Makes tokens by hand: `RefreshToken.for_user(kit, user)`. */
  readonly kit: Kit
}

/**
 * The views and authentications of djangorestframework-simplejwt. Put the views in place with `urlpatterns`, and protect routes
 * with `api_view`.
 *
 * @throws {TypeError} if a setting does not exist or is invalid.
 *
 * @example
 * ```ts
 * const jwt = createSimpleJwt({ SIGNING_KEY: process.env.SECRET_KEY }, users)
 * urlpatterns(app, { '/api/token/': jwt.token_obtain_pair, '/api/token/refresh/': jwt.token_refresh })
 * app.get('/', api_view({ authentication_classes: [jwt.authentication], permission_classes: [IsAuthenticated] }), handler)
 * ```
 */
export function createSimpleJwt<Someone extends User>(
  simpleJwt: SimpleJwt<Someone>,
  users: SimpleUsers<Someone>,
  surroundings: Surroundings = {},
): SimpleJwtViews {
  const given = settingsIn('createSimpleJwt', surroundings, surroundingNames)
  const { onWarning, maxBodyBytes = 64 * 1024, release = '5.5', fetch } = given
  const now = clockOf(given.now)
  const { token_blacklist = new MemoryTokenStore(now) } = given
  checkMaxBodyBytes(maxBodyBytes)
  if (release !== '5.2' && release !== '5.5') throw new TypeError("release is '5.2' or '5.5'")
  const settings = settingsOf(simpleJwt)
  if (settings.BLACKLIST_AFTER_ROTATION && token_blacklist === null) {
    throw new TypeError('BLACKLIST_AFTER_ROTATION needs a token_blacklist')
  }
  if (settings.UPDATE_LAST_LOGIN && !users.update_last_login) {
    throw new TypeError('UPDATE_LAST_LOGIN needs update_last_login(user)')
  }
  const backend = new Backend(settings, { release, now, onWarning, fetch })
  // Users go out of `users` and back into it, so that whatever they are beside, it is what `users` made.
  const kit: Kit = Object.freeze({
    settings,
    users: users as unknown as SimpleUsers<User>,
    store: token_blacklist,
    backend,
    now,
  })

  function tokenView(name: string, description: string, Class: SerializerClass): Route {
    const serializer = new Class(kit)
    return view({
      name,
      description,
      maxBodyBytes,
      challenge: `${settings.AUTH_HEADER_TYPES[0]} realm="api"`,
      async post(data, ask) {
        const attrs = charFields(data, serializer.fields)
        try {
          return { body: await serializer.validate(attrs, ask) }
        } catch (error) {
          if (error instanceof TokenError) throw new InvalidToken(error.message)
          throw error
        }
      },
    })
  }

  return Object.freeze({
    token_obtain_pair: tokenView(
      'Token Obtain Pair',
      'An access token and a refresh token for a name and a password.',
      settings.TOKEN_OBTAIN_SERIALIZER ?? TokenObtainPairSerializer,
    ),
    token_refresh: tokenView(
      'Token Refresh',
      'An access token for a refresh token.',
      settings.TOKEN_REFRESH_SERIALIZER ?? TokenRefreshSerializer,
    ),
    token_verify: tokenView(
      'Token Verify',
      'Whether a token is good, whatever it is for.',
      settings.TOKEN_VERIFY_SERIALIZER ?? TokenVerifySerializer,
    ),
    token_blacklist: tokenView(
      'Token Blacklist',
      'Ends a refresh token.',
      settings.TOKEN_BLACKLIST_SERIALIZER ?? TokenBlacklistSerializer,
    ),
    token_obtain_sliding: tokenView(
      'Token Obtain Sliding',
      'A sliding token for a name and a password.',
      settings.SLIDING_TOKEN_OBTAIN_SERIALIZER ?? TokenObtainSlidingSerializer,
    ),
    token_refresh_sliding: tokenView(
      'Token Refresh Sliding',
      'A sliding token that opens longer.',
      settings.SLIDING_TOKEN_REFRESH_SERIALIZER ?? TokenRefreshSlidingSerializer,
    ),
    authentication: new JWTAuthentication(kit),
    statelessAuthentication: new JWTStatelessUserAuthentication(kit),
    kit,
  })
}
