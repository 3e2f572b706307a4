import type { Ground } from '../ground.ts'
import type { Part } from '../part.ts'
import { createUses, type Uses } from './uses.ts'

/** Programs that people let in (OAuth clients). */
export interface Applications extends Part {
  readonly uses: Uses
}

export function createApplications(ground: Ground): Applications {
  const uses = createUses(ground)
  return { uses, routes: [], jobs: [uses.job] }
}
