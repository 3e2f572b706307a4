import type { StorageFailure } from '../database/failure.ts'
import type { Ground } from '../ground.ts'
import type { BackgroundWork } from './background-work.ts'

export interface OperationsGround extends Ground {
  readonly work: BackgroundWork
  readonly storageFailure: () => StorageFailure | undefined
}
