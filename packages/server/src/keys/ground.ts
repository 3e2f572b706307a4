import type { Ground } from '../ground.ts'
import type { Fetches } from './fetches/fetches.ts'
import type { KeyRing } from './key-ring.ts'

export interface KeysGround extends Ground {
  readonly ring: KeyRing
  readonly fetches: Fetches
  /** After how many days the server signs with the next key; 0 for never. */
  readonly rotationDays: number
}
