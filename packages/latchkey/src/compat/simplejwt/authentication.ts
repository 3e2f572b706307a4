import type { Ask } from '../mount/exchange.ts'
import { type Authenticated, type BaseAuthentication, headerParts } from '../rest-framework/authentication.ts'
import { isActive } from '../rest-framework/users.ts'
import { CodedAuthenticationFailed, InvalidToken, TokenError, type TokenMessage } from './errors.ts'
import type { Kit } from './kit.ts'
import { TokenUser } from './token-user.ts'
import { AccessToken, isUserId, passwordMark, type Token, type TokenClass } from './tokens.ts'

/** Authenticates by a token in the header, and looks up the user. */
export class JWTAuthentication implements BaseAuthentication {
  protected readonly kit: Kit
  readonly #classes: readonly TokenClass[]

  constructor(kit: Kit) {
    this.kit = kit
    this.#classes = kit.settings.AUTH_TOKEN_CLASSES ?? [AccessToken]
  }

  async authenticate(request: Ask): Promise<Authenticated | null> {
    const text = this.#tokenOf(request)
    if (text === undefined) return null
    const auth = await this.#validated(text)
    return { user: await this.get_user(auth), auth }
  }

  authenticate_header(): string {
    return `${this.kit.settings.AUTH_HEADER_TYPES[0]} realm="api"`
  }

  protected async get_user(token: Token): Promise<unknown> {
    const { settings, users } = this.kit
    const id = this.userIdOf(token)
    const user = isUserId(id) ? await users.get(id) : null
    if (!user) throw new CodedAuthenticationFailed('User not found', 'user_not_found')
    if (settings.CHECK_USER_IS_ACTIVE && !isActive(user)) {
      throw new CodedAuthenticationFailed('User is inactive', 'user_inactive')
    }
    if (settings.CHECK_REVOKE_TOKEN && token.get(settings.REVOKE_TOKEN_CLAIM) !== passwordMark(user)) {
      throw new CodedAuthenticationFailed("The user's password has been changed.", 'password_changed')
    }
    return user
  }

  protected userIdOf(token: Token): unknown {
    const id = token.get(this.kit.settings.USER_ID_CLAIM)
    if (id === undefined) throw new InvalidToken('Token contained no recognizable user identification')
    return id
  }

  #tokenOf(request: Ask): string | undefined {
    const { AUTH_HEADER_NAME, AUTH_HEADER_TYPES } = this.kit.settings
    const name = AUTH_HEADER_NAME.replace(/^HTTP_/, '')
      .replaceAll('_', '-')
      .toLowerCase()
    const parts = headerParts(request.header(name))
    const [scheme, token] = parts
    // Letter by letter: simplejwt does not take `bearer` for `Bearer`.
    if (scheme === undefined || !AUTH_HEADER_TYPES.includes(scheme)) return undefined
    if (parts.length !== 2) {
      throw new CodedAuthenticationFailed(
        'Authorization header must contain two space-delimited values',
        'bad_authorization_header',
      )
    }
    return token
  }

  async #validated(text: string): Promise<Token> {
    const messages: TokenMessage[] = []
    for (const Class of this.#classes) {
      try {
        const token = new Class(this.kit, await this.kit.backend.decode(text))
        await token.verify()
        return token
      } catch (error) {
        if (!(error instanceof TokenError)) throw error
        messages.push({ token_class: Class.name, token_type: Class.token_type, message: error.message })
      }
    }
    throw new InvalidToken('Given token not valid for any token type', messages)
  }
}

/** Authenticates by a token in the header, without looking up the user: `user` is a TokenUser. */
export class JWTStatelessUserAuthentication extends JWTAuthentication {
  protected override async get_user(token: Token): Promise<unknown> {
    this.userIdOf(token)
    const { TOKEN_USER_CLASS, USER_ID_CLAIM } = this.kit.settings
    return TOKEN_USER_CLASS === undefined ? new TokenUser(token, USER_ID_CLAIM) : new TOKEN_USER_CLASS(token)
  }
}
