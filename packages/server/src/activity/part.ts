import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import {
  type ActivityGround,
  exportActivity,
  followActivity,
  listMyActivity,
  nameActivity,
  searchActivity,
} from './routes.ts'
import { readActivitySchema } from './schema/routes.ts'
import { changeSearchRoute, listSearches, removeSearchRoute, saveSearchRoute } from './searches/routes.ts'
import { exportSignIns, listSignIns } from './sign-in-routes.ts'

/** The part that searches and follows the log. `createActivity` writes it, for every part. */
export function createActivityPart(ground: ActivityGround): Part {
  return {
    routes: serve(ground, [
      searchActivity,
      exportActivity,
      nameActivity,
      listMyActivity,
      followActivity,
      listSignIns,
      exportSignIns,
      readActivitySchema,
      listSearches,
      saveSearchRoute,
      changeSearchRoute,
      removeSearchRoute,
    ]),
    jobs: [
      {
        ...{ name: 'activity.tell_refusals', everyMs: 15_000, run: () => ground.activity.flushRefusals() },
        finish: () => ground.activity.flushRefusals(true),
      },
    ],
  }
}
