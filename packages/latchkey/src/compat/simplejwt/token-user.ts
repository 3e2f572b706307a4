import type { Token } from './tokens.ts'

/** A user made of the claims of a token alone. Nothing was looked up. */
export class TokenUser {
  readonly token: Token
  readonly id: unknown
  readonly pk: unknown
  readonly username: string
  readonly is_staff: boolean
  readonly is_superuser: boolean
  readonly is_active = true
  readonly is_authenticated = true
  readonly is_anonymous = false

  constructor(token: Token, userIdClaim = 'user_id') {
    this.token = token
    this.id = token.get(userIdClaim)
    this.pk = this.id
    const username = token.get('username')
    this.username = typeof username === 'string' ? username : ''
    this.is_staff = token.get('is_staff') === true
    this.is_superuser = token.get('is_superuser') === true
  }

  /** Another claim of the token. */
  get(claim: string): unknown {
    return this.token.get(claim)
  }
}
