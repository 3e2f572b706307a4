/** PyJWT's surface for people who come from Python. What differs, and why, is in docs/compat-pyjwt.md. */
export {
  DecodeError,
  ExpiredSignatureError,
  ImmatureSignatureError,
  InvalidAlgorithmError,
  InvalidAudienceError,
  InvalidIssuedAtError,
  InvalidIssuerError,
  InvalidJTIError,
  InvalidKeyError,
  InvalidSignatureError,
  InvalidSubjectError,
  InvalidTokenError,
  MissingCryptographyError,
  MissingRequiredClaimError,
  NotImplementedError,
  PyJWKClientConnectionError,
  PyJWKClientError,
  PyJWKError,
  PyJWKSetError,
  PyJWTError,
} from './errors.ts'
export { decode, decode_complete, encode } from './functions.ts'
export { type Algorithm, get_algorithm_by_name } from './get-algorithm-by-name.ts'
export { get_unverified_header } from './get-unverified-header.ts'
export { InsecureKeyLengthWarning } from './insecure-key-length-warning.ts'
export { PyJWK } from './jwk.ts'
export { PyJWKClient, type PyJWKClientOptions } from './jwk-client.ts'
export { PyJWKSet } from './jwk-set.ts'
export type { KeyInput } from './keys.ts'
export type { Options } from './options.ts'
export {
  type DecodedToken,
  type DecodeOptions,
  type EncodeOptions,
  PyJWT,
  type Surroundings,
} from './pyjwt.ts'
