import { Unauthenticated } from '../rest-framework/exceptions.ts'

/** A token is refused; the message may be shown to the sender. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
}

/** A token was refused: 401 `{ detail, code: 'token_not_valid', messages? }`. */
export class InvalidToken extends Unauthenticated {
  constructor(detail: string, messages?: readonly TokenMessage[]) {
    super({ detail, code: 'token_not_valid', ...(messages === undefined ? {} : { messages }) })
  }
}

/** Why one class of tokens refuses a token. */
export interface TokenMessage {
  readonly token_class: string
  readonly token_type: string
  readonly message: string
}

/** A request cannot be authenticated, for a reason that has a code. */
export class CodedAuthenticationFailed extends Unauthenticated {
  constructor(
    detail: string,
    code: 'bad_authorization_header' | 'user_not_found' | 'user_inactive' | 'password_changed',
  ) {
    super({ detail, code })
  }
}
