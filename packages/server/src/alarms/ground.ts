import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Post } from '../mail/outbox.ts'
import type { JobState } from '../part.ts'
import type { Recipient } from './letter.ts'
import type { Telling } from './telling.ts'

/** Something that ends, and nothing has taken its place. */
export interface Ending {
  /** `certificate mqtt`, or the id of a key. */
  readonly subject: string
  readonly kind: 'certificate' | 'key'
  readonly endsAt: number
}

/** What alarms ask of other parts. */
export interface AlarmHands {
  /** The devices that are connected to this process. */
  readonly connected: () => readonly string[]
  /** When a process of this server was lost last; 0 if none is missing. */
  readonly lostAt: () => Promise<number>
  /** What ends, however far away. */
  readonly endings: () => Promise<readonly Ending[]>
  readonly jobStates: () => readonly JobState[]
  /** What subjects are called, where they have a name. */
  readonly namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Those who may acknowledge alarms and have a proven address. */
  readonly recipients: () => Promise<readonly Recipient[]>
  readonly mail: { readonly post: Post; readonly linkTo: (path: string) => string }
  /** Tell programs, in the transaction that notes that it was told. */
  readonly tellPrograms: (tx: Transaction, told: Telling) => Promise<void>
}

export interface AlarmsGround extends Ground {
  readonly hands: AlarmHands
}
