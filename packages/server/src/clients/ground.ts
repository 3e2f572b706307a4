import type { Ground } from '../ground.ts'
import type { Revocations } from '../tokens/revocations.ts'

export interface ClientsGround extends Ground {
  readonly revocations: Revocations
}
