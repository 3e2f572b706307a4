/** Keys for `explainAsync` over WebCrypto: in browsers, workers, Node. Keys that people paste are in `web/keys`. */
export type { SigningKey, VerificationKey } from '../../keys/keys.ts'
export { keysToTry, proofKey } from './keys-to-try.ts'
export { readJwks } from './read-jwk.ts'
