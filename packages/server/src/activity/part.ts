import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { followActivity, listMyActivity, searchActivity } from './routes.ts'

/** The part that searches and follows the log. `createActivity` writes it, for every part. */
export function createActivityPart(ground: Ground): Part {
  return {
    routes: serve(ground, [searchActivity, listMyActivity, followActivity]),
    jobs: [{ name: 'activity.tell_refusals', everyMs: 15_000, run: () => ground.activity.flushRefusals() }],
  }
}
