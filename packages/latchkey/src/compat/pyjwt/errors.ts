/**
 * PyJWT's tree of exceptions, with its names, inheritance and messages: those who come from Python catch by
 * class and match on words. Their messages are fixed text, but for a key id or an algorithm where PyJWT names it.
 */
export class PyJWTError extends Error {
  override get name(): string {
    return this.constructor.name
  }
}

/** The token is refused, whatever the reason. */
export class InvalidTokenError extends PyJWTError {}

/** The token cannot be read. */
export class DecodeError extends InvalidTokenError {}
/** The signature does not belong to the token. A DecodeError, as in PyJWT. */
export class InvalidSignatureError extends DecodeError {}
export class ExpiredSignatureError extends InvalidTokenError {}
export class InvalidAudienceError extends InvalidTokenError {}
export class InvalidIssuerError extends InvalidTokenError {}
export class InvalidIssuedAtError extends InvalidTokenError {}
/** `nbf` or `iat` lies in the future. */
export class ImmatureSignatureError extends InvalidTokenError {}
export class InvalidAlgorithmError extends InvalidTokenError {}
export class InvalidSubjectError extends InvalidTokenError {}
export class InvalidJTIError extends InvalidTokenError {}

export class MissingRequiredClaimError extends InvalidTokenError {
  readonly claim: string

  constructor(claim: string) {
    super(`Token is missing the "${claim}" claim`)
    this.claim = claim
  }
}

/** The key is not fit for the algorithm. Not an InvalidTokenError: the token is not to blame. */
export class InvalidKeyError extends PyJWTError {}

export class PyJWKError extends PyJWTError {}
/** Never thrown: cryptography is part of Node. Here so that what catches it still compiles. */
export class MissingCryptographyError extends PyJWKError {}
export class PyJWKSetError extends PyJWTError {}
export class PyJWKClientError extends PyJWTError {}
/** The key set could not be fetched. */
export class PyJWKClientConnectionError extends PyJWKClientError {}

/** Python's own, which PyJWT raises for an algorithm that it does not have. */
export class NotImplementedError extends Error {
  override readonly name = 'NotImplementedError'
}
