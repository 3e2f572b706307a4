import type { Ground } from '../../ground.ts'
import type { Retention } from './retention.ts'

export interface ArchiveGround extends Ground {
  readonly tableDays: number
  readonly retention: Retention
}
