import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { type AccessGround, type Checked, check, type Question } from './check.ts'
import { checkPermissionRoute } from './routes.ts'

/** Questions about what somebody may do. It decides nothing itself: accounts and devices do. */
export interface Access extends Part {
  check(question: Question): Promise<Checked>
}

export function createAccess(ground: AccessGround): Access {
  return {
    routes: serve(ground, [checkPermissionRoute]),
    jobs: [],
    check: (question) => check(ground, question),
  }
}
