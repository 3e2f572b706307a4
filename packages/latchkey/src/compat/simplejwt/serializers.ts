import type { Ask } from '../mount/exchange.ts'
import { AuthenticationFailed, ValidationError } from '../rest-framework/exceptions.ts'
import type { User } from '../rest-framework/users.ts'
import { TokenError } from './errors.ts'
import type { Kit } from './kit.ts'
import { KitSerializer } from './serializer.ts'
import { isUserId, passwordMark, RefreshToken, SlidingToken, UntypedToken } from './tokens.ts'

type Attrs = Readonly<Record<string, string>>

abstract class TokenObtainSerializer extends KitSerializer {
  readonly fields: readonly string[]

  constructor(kit: Kit) {
    super(kit)
    this.fields = [kit.users.USERNAME_FIELD ?? 'username', 'password']
  }

  /** The user of these credentials. */
  protected async logIn(attrs: Attrs, request: Ask): Promise<User> {
    const { settings, users } = this.kit
    const [field = 'username'] = this.fields
    const username = attrs[field] ?? ''
    const user = await users.authenticate(username, attrs.password ?? '')
    if (!user || (await settings.USER_AUTHENTICATION_RULE(user)) !== true) {
      await settings.ON_LOGIN_FAILED?.({ [field]: username }, request)
      throw new AuthenticationFailed('No active account found with the given credentials')
    }
    if (settings.UPDATE_LAST_LOGIN) await users.update_last_login?.(user)
    await settings.ON_LOGIN_SUCCESS?.(user, request)
    return user
  }
}

/** A refresh token and an access token for a name and a password. Override `get_token` to add claims. */
export class TokenObtainPairSerializer extends TokenObtainSerializer {
  get_token(user: User): Promise<RefreshToken> {
    return RefreshToken.for_user(this.kit, user)
  }

  async validate(attrs: Attrs, request: Ask): Promise<Readonly<Record<string, unknown>>> {
    const refresh = await this.get_token(await this.logIn(attrs, request))
    return { refresh: String(refresh), access: String(refresh.access_token) }
  }
}

/** A sliding token for a name and a password. Override `get_token` to add claims. */
export class TokenObtainSlidingSerializer extends TokenObtainSerializer {
  get_token(user: User): Promise<SlidingToken> {
    return SlidingToken.for_user(this.kit, user)
  }

  async validate(attrs: Attrs, request: Ask): Promise<Readonly<Record<string, unknown>>> {
    return { token: String(await this.get_token(await this.logIn(attrs, request))) }
  }
}

/** An access token for a refresh token, and a new refresh token with ROTATE_REFRESH_TOKENS. */
export class TokenRefreshSerializer extends KitSerializer {
  readonly fields: readonly string[] = ['refresh']

  async validate({ refresh: text = '' }: Attrs): Promise<Readonly<Record<string, unknown>>> {
    const { ROTATE_REFRESH_TOKENS, BLACKLIST_AFTER_ROTATION } = this.kit.settings
    const refresh = await RefreshToken.decode(this.kit, text)
    await checkUser(this.kit, refresh)
    const access = String(refresh.access_token)
    if (!ROTATE_REFRESH_TOKENS) return { access }
    // Of two who come with the same token at once, one is too late.
    if (BLACKLIST_AFTER_ROTATION && !(await refresh.blacklist())) {
      throw new TokenError('Token is blacklisted')
    }
    refresh.set_jti()
    refresh.set_exp()
    refresh.set_iat()
    await refresh.outstand()
    return { access, refresh: String(refresh) }
  }
}

/** A sliding token with a later `exp`, until `refresh_exp`. */
export class TokenRefreshSlidingSerializer extends KitSerializer {
  readonly fields: readonly string[] = ['token']

  async validate({ token: text = '' }: Attrs): Promise<Readonly<Record<string, unknown>>> {
    const token = await SlidingToken.decode(this.kit, text)
    await checkUser(this.kit, token)
    token.check_exp(this.kit.settings.SLIDING_TOKEN_REFRESH_EXP_CLAIM)
    token.set_exp()
    token.set_iat()
    return { token: String(token) }
  }
}

/** An empty object for a valid token of any type. */
export class TokenVerifySerializer extends KitSerializer {
  readonly fields: readonly string[] = ['token']

  async validate({ token: text = '' }: Attrs): Promise<Readonly<Record<string, unknown>>> {
    const { settings, store } = this.kit
    const token = await UntypedToken.decode(this.kit, text)
    const jti = String(token.get(settings.JTI_CLAIM))
    if (settings.BLACKLIST_AFTER_ROTATION && (await store?.isBlacklisted(jti))) {
      throw new ValidationError('Token is blacklisted')
    }
    return {}
  }
}

/** Blacklists a refresh token. */
export class TokenBlacklistSerializer extends KitSerializer {
  readonly fields: readonly string[] = ['refresh']

  async validate({ refresh: text = '' }: Attrs): Promise<Readonly<Record<string, unknown>>> {
    const refresh = await RefreshToken.decode(this.kit, text)
    if (!(await refresh.blacklist())) throw new TokenError('Token is blacklisted')
    return {}
  }
}

/**
 * Check the user that a token to be refreshed is for: there is one who may have tokens, and the password is the one of the
 * day the token was made; otherwise the token is blacklisted. A token for nobody passes.
 */
async function checkUser({ settings, users }: Kit, token: RefreshToken | SlidingToken): Promise<void> {
  // It is copied into what is made, and no token is made with an issuer that is no text.
  const iss = token.get('iss')
  if (iss !== undefined && typeof iss !== 'string') throw new TokenError('Token is invalid')
  const id = token.get(settings.USER_ID_CLAIM)
  if (id === undefined || id === null || id === '') return
  const user = isUserId(id) ? await users.get(id) : null
  if (!user || (await settings.USER_AUTHENTICATION_RULE(user)) !== true) {
    throw new AuthenticationFailed('No active account found for the given token.')
  }
  if (settings.CHECK_REVOKE_TOKEN && token.get(settings.REVOKE_TOKEN_CLAIM) !== passwordMark(user)) {
    await token.blacklist()
    throw new AuthenticationFailed("The user's password has been changed.")
  }
}
