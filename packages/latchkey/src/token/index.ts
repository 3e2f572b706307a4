export type {
  Algorithm,
  AsymmetricAlgorithm,
  EcAlgorithm,
  EdwardsAlgorithm,
  HmacAlgorithm,
  LatticeAlgorithm,
  RsaAlgorithm,
  SigningAlgorithm,
  VerificationAlgorithm,
  VerifyOnlyAlgorithm,
} from './algorithms.ts'
export { apiKeyPrefix, tokenOfApiKey } from './api-key.ts'
export type { ClaimsPolicy, RegisteredClaims, VerifiedClaims } from './claims.ts'
export { decodeUnverified, type UnverifiedToken } from './decode.ts'
export { TokenError, type TokenErrorCode } from './errors.ts'
export type { TokenHeader } from './header.ts'
export type { JsonObject } from './json.ts'
export { chooseKey, type Jwks, type KeySet, type KeySetOptions, keySet, keySetOf } from './jwks/key-set.ts'
export { type RemoteKeySet, type RemoteKeySetOptions, remoteKeySet } from './jwks/remote-key-set.ts'
export type { JwsSerialization } from './jws/parse-jws.ts'
export type { FlattenedJws, GeneralJws, JwsSignature } from './jws/serializations.ts'
export {
  type JsonJwsSignerOptions,
  type JwsPayloadOptions,
  type JwsSignerOptions,
  signJws,
} from './jws/sign-jws.ts'
export { type JwsPolicy, type VerifiedJws, type VerifiedSignature, verifyJws } from './jws/verify-jws.ts'
export {
  type AsymmetricKeyOptions,
  type KeyInput,
  privateKey,
  publicKey,
  publicKeyOf,
} from './keys/asymmetric-key.ts'
export { thumbprint, toJwk, toPem } from './keys/export-key.ts'
export { type GenerateKeyOptions, generateKey } from './keys/generate-key.ts'
export type { Jwk } from './keys/jwk.ts'
export type { HeldKey } from './keys/key-object.ts'
export type { Key, PrivateKey, PublicKey, SecretKey, SigningKey, VerificationKey } from './keys/keys.ts'
export { type SecretKeyOptions, secretKey } from './keys/secret-key.ts'
export { type ClaimsToSign, createAsyncSigner, createSigner, type SignerOptions } from './sign.ts'
export type { CacheLimits, CachePolicy } from './verified-cache.ts'
export type { VerifierOptions, VerifierPolicy } from './verifier-policy.ts'
export { type CompleteToken, createVerifier } from './verify.ts'
export { type AsyncVerifierOptions, createAsyncVerifier } from './verify-async.ts'
