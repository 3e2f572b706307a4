import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Actor } from '../identity.ts'
import type { Part } from '../part.ts'
import type { Permission } from '../permissions.ts'
import type { TokenHands } from '../tokens/ground.ts'
import { profileOf } from '../tokens/profiles/choice.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { ServedServices } from './ground.ts'
import { heldService, notFound } from './held.ts'
import { liveKeysOf, publicServiceKey } from './own-keys/own-keys.ts'
import {
  listServiceKeys,
  previewServiceKeyRotation,
  readServiceKeySet,
  revokeServiceKeyRoute,
  rotateServiceKeys,
} from './own-keys/routes.ts'
import { findServiceKey } from './own-keys/store.ts'
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
import { openSharedKey } from './shared-keys/shared-keys.ts'
import { deleteEndedSharedKeys, findSharedKey } from './shared-keys/store.ts'
import { createSigners } from './signers.ts'
import {
  findKnownScopes,
  findService,
  findServiceByName,
  findServiceNames,
  findServices,
  holdService,
} from './store.ts'
import { createFindTarget, scopesAtService } from './targets.ts'

/** Programs that call and are called: who they are, and what tokens for them say. */
export interface Services extends Part {
  find(
    id: string,
  ): Promise<{ readonly isEnabled: boolean; readonly scopes: readonly Permission[] } | undefined>
  ids(after: string, limit: number): Promise<readonly string[]>
  /** Lock a service that an actor may change. @throws {Refusal} `service_not_found`, `permission_missing` */
  hold(tx: Transaction, actor: Actor, id: string): Promise<void>
  /** The scopes that tokens for enabled services may have. */
  readonly knownScopes: typeof findKnownScopes
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  readonly findTarget: FindTarget
  readonly findKey: TokenHands['findKeyOfService']
  readonly statusSignerOf: TokenHands['statusSignerOf']
  readonly feedKeysOf: TokenHands['feedKeysOf']
  /** What the part of API keys asks of services that keys are for. */
  readonly forKeys: {
    readonly findTarget: FindTarget
    hold(tx: Transaction, id: string): Promise<void>
    readonly scopesAt: typeof scopesAtService
  }
}

export function createServices(ground: ServedServices): Services {
  const { db, world, masterKey } = ground
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
      previewServiceKeyRotation,
      revokeServiceKeyRoute,
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
    namesOf: (ids) => findServiceNames(db, ids),
    ids: async (after, limit) => (await findServices(db, after, limit)).map(({ id }) => id),
    hold: async (tx, actor, id) => void (await heldService(tx, actor, id)),
    knownScopes: findKnownScopes,
    findTarget,
    async findKey(kid) {
      const own = await findServiceKey(db, kid)
      if (own) return own.revoked_at === null ? publicServiceKey(own) : undefined
      const shared = await findSharedKey(db, kid, world.now())
      return shared && openSharedKey(masterKey, shared)
    },
    async feedKeysOf(name) {
      const service = (await findService(db, name)) ?? (await findServiceByName(db, name))
      if (!service) throw notFound()
      return {
        ids: async () => (await liveKeysOf(ground, db, service.id)).map(({ kid }) => kid),
        // Those of other services are heard as well, and the ids of this one are the same then.
        follow: (listener) => ground.revocations.follow(({ kind }) => kind === 'key' && listener()),
      }
    },
    async statusSignerOf(id) {
      const service = await findService(db, id)
      return service && signers.ofStatusLists(id, profileOf(service.profile))
    },
    forKeys: {
      findTarget,
      hold: async (tx, id) => void (await holdService(tx, id)),
      scopesAt: scopesAtService,
    },
  }
}
