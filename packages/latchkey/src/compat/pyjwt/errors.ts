/**
 * The base of PyJWT's exceptions, which have its names, inheritance and messages. A message is fixed text, except for a key
 * id or an algorithm where PyJWT names it.
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
/** `exp` is not later than now, less the leeway. */
export class ExpiredSignatureError extends InvalidTokenError {}
/** `aud` names none of the accepted audiences, or names some where none is expected. */
export class InvalidAudienceError extends InvalidTokenError {}
/** `iss` is none of the accepted issuers. */
export class InvalidIssuerError extends InvalidTokenError {}
/** `iat` is not a JSON number. */
export class InvalidIssuedAtError extends InvalidTokenError {}
/** `nbf` or `iat` lies in the future. */
export class ImmatureSignatureError extends InvalidTokenError {}
/** `alg` is missing, is not in `algorithms`, or is not the algorithm of the key. */
export class InvalidAlgorithmError extends InvalidTokenError {}
/** `sub` is not text, or is not the expected subject. */
export class InvalidSubjectError extends InvalidTokenError {}
/** `jti` is not text. */
export class InvalidJTIError extends InvalidTokenError {}

/** A claim of `require`, or one that is compared, is absent or null. */
export class MissingRequiredClaimError extends InvalidTokenError {
  readonly claim: string

  constructor(claim: string) {
    super(`Token is missing the "${claim}" claim`)
    this.claim = claim
  }
}

/** The key is not fit for the algorithm. Not an InvalidTokenError: the token is not to blame. */
export class InvalidKeyError extends PyJWTError {}

/** A JWK names an algorithm that does not exist. */
export class PyJWKError extends PyJWTError {}
/** Never thrown: cryptography is part of Node. Here so that what catches it still compiles. */
export class MissingCryptographyError extends PyJWKError {}
/** A JWK Set has no usable keys, is not a set, or lacks the key id that is asked for. */
export class PyJWKSetError extends PyJWTError {}
/** No signing key was found at the URL, or the URL cannot be trusted. */
export class PyJWKClientError extends PyJWTError {}
/** The key set could not be fetched. */
export class PyJWKClientConnectionError extends PyJWKClientError {}

/** Python's own, which PyJWT raises for an algorithm that it does not have. */
export class NotImplementedError extends Error {
  override readonly name = 'NotImplementedError'
}
