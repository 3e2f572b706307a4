type Body = Readonly<Record<string, unknown>>

/** A refusal with a status and a body: Django REST framework's exception of that name. */
export class APIException extends Error {
  override get name(): string {
    return this.constructor.name
  }
  readonly status_code: number
  readonly body: Body

  constructor(status_code: number, body: Body) {
    super(typeof body.detail === 'string' ? body.detail : 'Invalid input.')
    this.status_code = status_code
    this.body = Object.freeze({ ...body })
  }
}

/** The user is not known: 401 if the first authentication has a challenge, else 403. */
export class Unauthenticated extends APIException {
  constructor(body: Body) {
    super(401, body)
  }
}

/** No authentication recognized the request. */
export class NotAuthenticated extends Unauthenticated {
  constructor() {
    super({ detail: 'Authentication credentials were not provided.' })
  }
}

/** The credentials of the request are refused. */
export class AuthenticationFailed extends Unauthenticated {
  constructor(detail: string) {
    super({ detail })
  }
}

/** The user is known, and may not do this: 403. */
export class PermissionDenied extends APIException {
  constructor(detail = 'You do not have permission to perform this action.') {
    super(403, { detail })
  }
}

export class ParseError extends APIException {
  constructor(detail: string) {
    super(400, { detail })
  }
}

/** By field, or under `non_field_errors`: `{ password: ['This field is required.'] }`. */
export class ValidationError extends APIException {
  constructor(errors: string | Readonly<Record<string, readonly string[]>>) {
    super(400, typeof errors === 'string' ? { non_field_errors: [errors] } : errors)
  }
}

export class NotFound extends APIException {
  constructor() {
    super(404, { detail: 'Not found.' })
  }
}

/** Nothing that the Accept header takes can be given. */
export class NotAcceptable extends APIException {
  constructor() {
    super(406, { detail: 'Could not satisfy the request Accept header.' })
  }
}

export class MethodNotAllowed extends APIException {
  constructor(method: string) {
    super(405, { detail: `Method "${method}" not allowed.` })
  }
}

export class UnsupportedMediaType extends APIException {
  constructor(type: string) {
    super(415, { detail: `Unsupported media type "${type}" in request.` })
  }
}

/** Not of Django REST framework, where Django answers 400 with a page. */
export class BodyTooLarge extends APIException {
  constructor() {
    super(413, { detail: 'The request body is too large.' })
  }
}
