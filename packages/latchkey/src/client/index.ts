export { type Client, type ClientOptions, createClient } from './client.ts'
export { ClientError, type ClientErrorCode } from './errors.ts'
export type { ClientEvents, SignOutReason, StepUp } from './events.ts'
export type { Locks } from './locks.ts'
export type { Session, StoredSession } from './session.ts'
export {
  type KeyValueStore,
  keyValueStorage,
  memoryStorage,
  type OpenStorage,
  type SessionStorage,
} from './storage.ts'
export { tabStorage } from './tab-storage.ts'
