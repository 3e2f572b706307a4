import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { Permission } from '../permissions.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { ServedServices } from './ground.ts'
import { listServiceKeys, readServiceKeySet, rotateServiceKeys } from './own-keys/routes.ts'
import { readConfiguration } from './programs/routes.ts'
import {
  changeServiceRoute,
  createServiceRoute,
  disableServiceRoute,
  listServices,
  readService,
} from './routes.ts'
import { giveScopeRoute, listScopeHolders, takeScopeRoute } from './scopes/routes.ts'
import { dropSharedKeyRoute, listSharedKeys, rotateSharedKeyRoute } from './shared-keys/routes.ts'
import { deleteEndedSharedKeys } from './shared-keys/store.ts'
import { createSigners } from './signers.ts'
import { findService, findServices, holdService } from './store.ts'
import { createFindTarget, scopesAtService } from './targets.ts'

/** Programs that call and are called: who they are, and what tokens for them say. */
export interface Services extends Part {
  find(
    id: string,
  ): Promise<{ readonly isEnabled: boolean; readonly scopes: readonly Permission[] } | undefined>
  ids(after: string, limit: number): Promise<readonly string[]>
  readonly findTarget: FindTarget
  /** What the part of API keys asks of services that keys are for. */
  readonly forKeys: {
    readonly findTarget: FindTarget
    hold(tx: Transaction, id: string): Promise<void>
    readonly scopesAt: typeof scopesAtService
  }
}

export function createServices(ground: ServedServices): Services {
  const { db, world } = ground
  const signers = createSigners(ground)
  const findTarget = createFindTarget(ground, signers)
  return {
    routes: serve(ground, [
      listServices,
      createServiceRoute,
      readService,
      changeServiceRoute,
      disableServiceRoute,
      listScopeHolders,
      giveScopeRoute,
      takeScopeRoute,
      listSharedKeys,
      rotateSharedKeyRoute,
      dropSharedKeyRoute,
      readServiceKeySet,
      listServiceKeys,
      rotateServiceKeys,
      readConfiguration,
    ]),
    jobs: [
      signers.job,
      {
        name: 'services.end_keys',
        everyMs: 60_000,
        run: () => db.transaction((tx) => deleteEndedSharedKeys(tx, world.now())),
      },
    ],
    async find(id) {
      const service = await findService(db, id)
      return service && { isEnabled: service.disabled_at === null, scopes: service.scopes }
    },
    ids: async (after, limit) => (await findServices(db, after, limit)).map(({ id }) => id),
    findTarget,
    forKeys: {
      findTarget,
      hold: async (tx, id) => void (await holdService(tx, id)),
      scopesAt: scopesAtService,
    },
  }
}
