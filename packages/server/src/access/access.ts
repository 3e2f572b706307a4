import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import {
  authzenConfiguration,
  evaluateAccess,
  evaluateAccesses,
  searchForActions,
  searchForResources,
  searchForSubjects,
} from './authzen.ts'
import { check, type Question } from './check.ts'
import type { Checked } from './decide.ts'
import type { AccessGround } from './ground.ts'
import { checkPermissionRoute, listHoldersRoute, readAbilities } from './routes.ts'

/** Questions about what somebody may do. It decides nothing itself: accounts and devices do. */
export interface Access extends Part {
  readonly ground: AccessGround
  check(question: Question): Promise<Checked>
}

export function createAccess(ground: AccessGround): Access {
  return {
    routes: serve(ground, [
      checkPermissionRoute,
      listHoldersRoute,
      readAbilities,
      evaluateAccess,
      evaluateAccesses,
      searchForSubjects,
      searchForResources,
      searchForActions,
      authzenConfiguration,
    ]),
    jobs: [],
    ground,
    check: (question) => check(ground, question),
  }
}
