import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { ClientsGround } from './ground.ts'
import { createServiceRoute, disableServiceRoute, listServices } from './routes.ts'

/** Programs that act for themselves. */
export function createClients(ground: ClientsGround): Part {
  return { routes: serve(ground, [listServices, createServiceRoute, disableServiceRoute]), jobs: [] }
}
