import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { ApplicationsGround } from './ground.ts'
import {
  changeApplicationRoute,
  disableApplicationRoute,
  enableApplicationRoute,
  listApplications,
  readApplication,
  registerApplicationRoute,
  removeApplicationRoute,
} from './routes.ts'
import { addApplicationSecret, endApplicationSecret, listApplicationSecrets } from './secret-routes.ts'
import { rememberedForMs } from './secrets.ts'
import { deleteSecretsEndedBefore } from './store.ts'
import { createUses, type Uses } from './uses.ts'

/** Programs that people let in (OAuth clients): what they are, where they are reached, and how they prove it. */
export interface Applications extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: ApplicationsGround
  readonly uses: Uses
}

export function createApplications(ground: ApplicationsGround): Applications {
  const { db, world } = ground
  const uses = createUses(ground)
  return {
    ground,
    uses,
    routes: serve(ground, [
      listApplications,
      registerApplicationRoute,
      readApplication,
      changeApplicationRoute,
      disableApplicationRoute,
      enableApplicationRoute,
      removeApplicationRoute,
      listApplicationSecrets,
      addApplicationSecret,
      endApplicationSecret,
    ]),
    jobs: [
      uses.job,
      {
        name: 'applications.forget_secrets',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => deleteSecretsEndedBefore(tx, world.now() - rememberedForMs)),
      },
    ],
  }
}
