/** A refusal: Flask-JWT's exception of that name. A handler may throw one to refuse a request. */
export class JWTError extends Error {
  override readonly name = 'JWTError'
  readonly error: string
  readonly description: string
  readonly status_code: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    error: string,
    description: string,
    status_code = 401,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${error}. ${description}`)
    this.error = error
    this.description = description
    this.status_code = status_code
    this.headers = Object.freeze({ ...headers })
  }
}
