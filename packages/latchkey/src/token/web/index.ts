/**
 * `latchkey/token` where there is no node:crypto: browsers, workers and edge runtimes, over WebCrypto. Signers and
 * verifiers are the asynchronous ones. `generateKey`, `publicKeyOf`, `toJwk`, `toPem` and `thumbprint` give promises here,
 * as WebCrypto does; with `await` before them a program is right on both platforms. Not here: `createSigner` and
 * `createVerifier`, which answer at once; `signJws` and `verifyJws`; PKCS#1, SEC1, and X.509 certificates.
 */
export type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm, VerificationAlgorithm } from '../algorithms.ts'
export { apiKeyPrefix, tokenOfApiKey } from '../api-key.ts'
export type { ClaimsPolicy, RegisteredClaims, VerifiedClaims } from '../claims.ts'
export type { ClaimsToSign, SignerOptions } from '../claims-writer.ts'
export { decodeUnverified, type UnverifiedToken } from '../decode.ts'
export { TokenError, type TokenErrorCode } from '../errors.ts'
export type { TokenHeader } from '../header.ts'
export type { JsonObject } from '../json.ts'
export { chooseKey, type Jwks, type KeySet, type KeySetOptions, keySet, keySetOf } from '../jwks/key-set.ts'
export { type RemoteKeySet, type RemoteKeySetOptions, remoteKeySet } from '../jwks/remote-key-set.ts'
export type { GenerateKeyOptions } from '../keys/generate-key.ts'
export type { Jwk } from '../keys/jwk.ts'
export type { Key, PrivateKey, PublicKey, SecretKey, SigningKey, VerificationKey } from '../keys/keys.ts'
export type { CacheLimits, CachePolicy } from '../verified-cache.ts'
export type { CompleteToken } from '../verify.ts'
export { publicKeyOf, thumbprint, toJwk, toPem } from './export-key.ts'
export { generateKey } from './generate-key.ts'
export { privateKey, publicKey, secretKey, type WebKeyInput, type WebKeyOptions } from './import-key.ts'
export type { WebSecretKeyOptions } from './keys.ts'
export { createAsyncSigner } from './sign.ts'
export { type AsyncVerifierOptions, createAsyncVerifier } from './verify.ts'
