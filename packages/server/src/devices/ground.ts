import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Rights } from '../rights/rights.ts'

/** What devices need of the live connections; passed by `app.ts`. */
export interface Live {
  isOnline(uid: string): boolean
  /** Send a message to the device, if it is connected and subscribed to the topic. */
  deliver(uid: string, topic: string, payload: Uint8Array): boolean
  /** Publish a message to the subscribers. */
  publish(topic: string, payload: Uint8Array): void
  /** Publish a retained message. */
  retain(topic: string, payload: Uint8Array): void
}

/** What devices need of accounts: ids by name, and names by id. */
export interface People {
  /** The id of an enabled user. */
  findUserId(username: string): Promise<string | undefined>
  findUsername(userId: string): Promise<string | undefined>
}

/** What the verbs that change a device need. */
export interface DeviceGround extends Ground {
  readonly rights: Rights
  /** Ends tokens at every verifier; passed by `app.ts`. */
  readonly revocations: { revoke(tx: Transaction, kind: 'permissions', value: string): Promise<unknown> }
}
