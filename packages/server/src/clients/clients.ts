import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { Permission } from '../permissions.ts'
import type { ClientsGround } from './ground.ts'
import { createServiceRoute, disableServiceRoute, listServices } from './routes.ts'
import { findService, findServices } from './store.ts'

/** Programs that act for themselves. */
export interface Clients extends Part {
  find(
    id: string,
  ): Promise<{ readonly isEnabled: boolean; readonly scopes: readonly Permission[] } | undefined>
  ids(after: string, limit: number): Promise<readonly string[]>
}

export function createClients(ground: ClientsGround): Clients {
  const { db } = ground
  return {
    routes: serve(ground, [listServices, createServiceRoute, disableServiceRoute]),
    jobs: [],
    async find(id) {
      const service = await findService(db, id)
      return service && { isEnabled: service.disabled_at === null, scopes: service.scopes }
    },
    ids: async (after, limit) => (await findServices(db, after, limit)).map(({ id }) => id),
  }
}
