import type { Ground } from '../ground.ts'
import type { KeyRing } from './key-ring.ts'

export interface KeysGround extends Ground {
  readonly ring: KeyRing
}
