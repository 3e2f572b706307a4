import type { Ground } from '../ground.ts'
import type { Rights } from '../rights/rights.ts'

/** What the live connections do for devices; `app.ts` hands it over. */
export interface Live {
  isOnline(uid: string): boolean
  /** To the device itself, if it is here and listens to the topic. */
  deliver(uid: string, topic: string, payload: Uint8Array): boolean
  /** To whoever subscribes. */
  publish(topic: string, payload: Uint8Array): void
  /** To whoever subscribes, now or later. */
  retain(topic: string, payload: Uint8Array): void
}

/** People are known elsewhere: their id by name, and their name by id. */
export interface People {
  /** Of somebody who may sign in. */
  findUserId(username: string): Promise<string | undefined>
  findUsername(userId: string): Promise<string | undefined>
}

/** What changing a device takes. */
export interface DeviceGround extends Ground {
  readonly rights: Rights
}
