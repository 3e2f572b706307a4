import type { StorageFailure } from '../database/failure.ts'
import type { Ground } from '../ground.ts'
import type { JobState } from '../part.ts'

export interface OperationsGround extends Ground {
  readonly jobStates: () => readonly JobState[]
  readonly storageFailure: () => StorageFailure | undefined
}
