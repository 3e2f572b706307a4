export {
  type ApplicationClient,
  type ApplicationClientOptions,
  createApplicationClient,
  type FinishedSignIn,
  type SignOutRequest,
} from './application/application-client.ts'
export type { DeviceCode, DeviceSignIn } from './application/device-sign-in.ts'
export type { RedirectRequest } from './application/redirect-request.ts'
export {
  type Client,
  type ClientOptions,
  type Credentials,
  createClient,
  type SecondStep,
} from './client.ts'
export { cookieStorage } from './cookie-storage.ts'
export {
  ClientError,
  type ClientErrorCode,
  type FactorChallenge,
  type NewPasskeyOptions,
  type PasskeyOptions,
} from './errors.ts'
export type { ClientEvents, SignOutReason, StepUp } from './events.ts'
export type { FactorAnswer } from './factor-answer.ts'
export type { Enrolment } from './issuer.ts'
export type { Locks } from './locks.ts'
export { browserKey } from './proofs/browser-key.ts'
export { type KeyPair, memoryKey, type OpenProofKey, type ProofKey, proofKeyOf } from './proofs/proof-key.ts'
export type { Session, StoredSession } from './session.ts'
export type { SessionClient, SessionClientOptions } from './session-client.ts'
export {
  type CookieNote,
  type KeyValueStore,
  keyValueStorage,
  memoryStorage,
  type OpenStorage,
  type SessionStorage,
} from './storage.ts'
export { tabStorage } from './tab-storage.ts'
