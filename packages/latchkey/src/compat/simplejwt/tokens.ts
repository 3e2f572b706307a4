import { createHash, randomUUID } from 'node:crypto'
import { member } from '../mount/exchange.ts'
import type { User } from '../rest-framework/users.ts'
import { TokenError } from './errors.ts'
import type { Kit } from './kit.ts'
import type { Settings } from './settings.ts'
import type { OutstandingToken } from './token-store.ts'

/** A class of tokens. */
export interface TokenClass<T extends Token = Token> {
  new (kit: Kit, payload?: Readonly<Record<string, unknown>>): T
  readonly token_type: string
}

/** A token, new or verified: its claims, and the time it was made or verified at. `String(token)` signs it. */
export abstract class Token {
  static readonly token_type: string = 'untyped'
  readonly payload: Record<string, unknown>
  /** Milliseconds since the Unix epoch. */
  readonly currentTimeMs: number
  protected readonly kit: Kit

  /** A new token, or one with the payload of a token that was verified. */
  constructor(kit: Kit, payload?: Readonly<Record<string, unknown>>) {
    this.kit = kit
    this.currentTimeMs = kit.now()
    if (payload !== undefined) {
      this.payload = { ...payload }
      return
    }
    const { TOKEN_TYPE_CLAIM } = kit.settings
    this.payload = TOKEN_TYPE_CLAIM === null ? {} : { [TOKEN_TYPE_CLAIM]: this.token_type }
    this.set_exp()
    this.set_iat()
    this.set_jti()
  }

  get token_type(): string {
    return (this.constructor as TokenClass).token_type // a subclass of ours, or of the user
  }

  /** Seconds that a new one lives. */
  protected abstract lifetime(settings: Settings): number

  get(claim: string): unknown {
    return Object.hasOwn(this.payload, claim) ? this.payload[claim] : undefined
  }

  set(claim: string, value: unknown): void {
    // An assignment to `__proto__` would set something else.
    Object.defineProperty(this.payload, claim, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }

  toString(): string {
    return this.kit.backend.encode(this.payload)
  }

  /** A TokenError if it has expired, has no id, or is of another type. The signature has been checked before. */
  async verify(): Promise<void> {
    this.check_exp()
    const { JTI_CLAIM, TOKEN_TYPE_CLAIM } = this.kit.settings
    if (typeof this.get(JTI_CLAIM) !== 'string') throw new TokenError('Token has no id')
    if (TOKEN_TYPE_CLAIM !== null) this.verify_token_type(TOKEN_TYPE_CLAIM)
  }

  protected verify_token_type(claim: string): void {
    const type = this.get(claim)
    if (type === undefined) throw new TokenError('Token has no type')
    if (type !== this.token_type) throw new TokenError('Token has wrong type')
  }

  check_exp(claim = 'exp'): void {
    const expiresAt = this.get(claim)
    if (typeof expiresAt !== 'number') throw new TokenError(`Token has no '${claim}' claim`)
    if (1000 * expiresAt <= this.currentTimeMs - 1000 * this.kit.settings.LEEWAY) {
      throw new TokenError(`Token '${claim}' claim has expired`)
    }
  }

  set_exp(claim = 'exp', fromMs = this.currentTimeMs, lifetime = this.lifetime(this.kit.settings)): void {
    this.payload[claim] = Math.floor(fromMs / 1000 + lifetime)
  }

  set_iat(): void {
    this.payload.iat = Math.floor(this.currentTimeMs / 1000)
  }

  set_jti(): void {
    this.payload[this.kit.settings.JTI_CLAIM] = randomUUID().replaceAll('-', '')
  }

  /** Set the claims that name the user. */
  protected setUser(user: User): void {
    const { USER_ID_FIELD, USER_ID_CLAIM, CHECK_REVOKE_TOKEN, REVOKE_TOKEN_CLAIM } = this.kit.settings
    const id = member(user, USER_ID_FIELD)
    if (id === undefined || id === null) throw new TypeError(`the user has no ${USER_ID_FIELD}`)
    const keepsNumber = this.kit.backend.release === '5.2' && typeof id === 'number'
    this.payload[USER_ID_CLAIM] = keepsNumber ? id : String(id)
    if (CHECK_REVOKE_TOKEN) this.payload[REVOKE_TOKEN_CLAIM] = passwordMark(user)
  }

  /** A new token of this class for a user. */
  static async for_user<T extends Token>(this: TokenClass<T>, kit: Kit, user: User): Promise<T> {
    const token = new this(kit)
    token.setUser(user)
    await token.outstand()
    return token
  }

  /** Verify a token of this class. A TokenError if it is refused. */
  static async decode<T extends Token>(this: TokenClass<T>, kit: Kit, text: string): Promise<T> {
    const token = new this(kit, await kit.backend.decode(text))
    await token.verify()
    return token
  }

  /** Store it before it is given out, if it can be blacklisted. */
  async outstand(): Promise<void> {}
}

/** A token that can be blacklisted. */
abstract class BlacklistableToken extends Token {
  override async verify(): Promise<void> {
    const jti = this.get(this.kit.settings.JTI_CLAIM)
    if (typeof jti === 'string' && (await this.kit.store?.isBlacklisted(jti))) {
      throw new TokenError('Token is blacklisted')
    }
    await super.verify()
  }

  override async outstand(): Promise<void> {
    await this.kit.store?.outstand(this.#entry())
  }

  /** False if it is blacklisted already. True where there is no blacklist: then nothing is. */
  async blacklist(): Promise<boolean> {
    return (await this.kit.store?.blacklist(this.#entry())) ?? true
  }

  #entry(): OutstandingToken {
    const { JTI_CLAIM, USER_ID_CLAIM } = this.kit.settings
    return {
      jti: String(this.get(JTI_CLAIM)),
      userId: this.get(USER_ID_CLAIM),
      createdAtMs: this.currentTimeMs,
      expiresAtMs: 1000 * Number(this.get('exp')),
    }
  }
}

/** Opens protected views, for ACCESS_TOKEN_LIFETIME. */
export class AccessToken extends Token {
  static override readonly token_type: string = 'access'

  protected lifetime(settings: Settings): number {
    return settings.ACCESS_TOKEN_LIFETIME
  }
}

/** Gets access tokens, for REFRESH_TOKEN_LIFETIME. It can be blacklisted. */
export class RefreshToken extends BlacklistableToken {
  static override readonly token_type: string = 'refresh'

  protected lifetime(settings: Settings): number {
    return settings.REFRESH_TOKEN_LIFETIME
  }

  /** An access token with the claims of this one, but for those that make it a token of its own. */
  get access_token(): AccessToken {
    const { TOKEN_TYPE_CLAIM, JTI_CLAIM } = this.kit.settings
    const access = new AccessToken(this.kit)
    access.set_exp('exp', this.currentTimeMs)
    const own = new Set([TOKEN_TYPE_CLAIM, JTI_CLAIM, 'exp', 'jti'])
    // Release 5.2 copies the time at which the refresh token was made.
    if (this.kit.backend.release !== '5.2') own.add('iat')
    for (const [claim, value] of Object.entries(this.payload)) {
      if (!own.has(claim)) access.set(claim, value)
    }
    return access
  }
}

/** Opens protected views until `exp`, and can be refreshed until `refresh_exp`. */
export class SlidingToken extends BlacklistableToken {
  static override readonly token_type: string = 'sliding'

  constructor(kit: Kit, payload?: Readonly<Record<string, unknown>>) {
    super(kit, payload)
    if (payload !== undefined) return
    const { SLIDING_TOKEN_REFRESH_EXP_CLAIM, SLIDING_TOKEN_REFRESH_LIFETIME } = kit.settings
    this.set_exp(SLIDING_TOKEN_REFRESH_EXP_CLAIM, this.currentTimeMs, SLIDING_TOKEN_REFRESH_LIFETIME)
  }

  protected lifetime(settings: Settings): number {
    return settings.SLIDING_TOKEN_LIFETIME
  }
}

/** A token of any type. */
export class UntypedToken extends Token {
  protected lifetime(): number {
    return 0
  }

  protected override verify_token_type(): void {}
}

/** What a look-up gets: text or a number. Nobody is named by a list, which JavaScript would turn into a number on the way. */
export function isUserId(id: unknown): id is string | number {
  return typeof id === 'string' || typeof id === 'number'
}

/** What changes with the password: simplejwt's MD5 of the hash, in the token for all to read. */
export function passwordMark({ password }: User): string {
  if (password === undefined) throw new TypeError('CHECK_REVOKE_TOKEN needs the hash in user.password')
  return createHash('md5').update(password).digest('hex').toUpperCase()
}
