/** Keys that people paste, to check with and to sign with, over WebCrypto. */
export { type ReadKeys, readKeys } from './read-keys.ts'
export { signAsWritten } from './sign-as-written.ts'
