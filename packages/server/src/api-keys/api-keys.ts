import type { Who } from '../activity/events.ts'
import type { RegionOf } from '../activity/regions.ts'
import type { EventReason } from '../activity/schema/reasons.ts'
import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Actor } from '../identity.ts'
import type { Part } from '../part.ts'
import type { TokensGround } from '../tokens/ground.ts'
import {
  type Concerned,
  createLookJob,
  endAllKeys,
  endApiKey,
  endKeysSignedBy,
  lookAgain,
  noteSignerEnd,
} from './end.ts'
import type { ApiKeysGround, Governing } from './ground.ts'
import { createApiKey, listMyApiKeys, listUserApiKeys, revokeMyApiKey, revokeUserApiKey } from './routes.ts'
import { deleteKeysEndedBefore, findApiKey, findApiKeyNames, findApiKeysOf, forgetRevoker } from './store.ts'
import { createUses, type Uses } from './uses.ts'
import { apiKeyView } from './views.ts'

/** API keys: tokens that people make for their programs, each with less than they hold, an end and a name. */
export interface ApiKeys extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: ApiKeysGround
  readonly uses: Uses
  /** Take what other parts decide, which are built later. */
  govern(given: Governing): void
  /** Look at keys again that a change may concern, in its transaction and behind it. */
  look(tx: Transaction, who: Actor | Who, concerned: Concerned): Promise<void>
  /** End all of somebody or for a service. */
  endAll(tx: Transaction, who: Actor | Who, concerned: Concerned, reason: EventReason): Promise<void>
  /** The keys of a person as they see them. */
  listOf(owner: string): Promise<readonly object[]>
  /** End a key by its id, in the transaction of whoever was authorized over its owner. */
  endOne(tx: Transaction, actor: Actor, id: string): Promise<{ readonly endsAtMs: number } | undefined>
  ownerOf(id: string): Promise<string | undefined>
  namesOf(
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly name: string; readonly owner: string }>>
  /** End what a key of ours has signed. How many those were. */
  endSignedBy(tx: Transaction, actor: Actor, kid: string): Promise<number>
  /** A key of ours that signs will end. With how many API keys. */
  noteSignerEnd(tx: Transaction, kid: string, at: number): Promise<number>
  /** Forget of these people that they have revoked keys of others. */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
}

/** So long a key is listed that is over. */
const listedForMs = 30 * 86_400_000

export function createApiKeys(given: TokensGround & { readonly regionOf: RegionOf }): ApiKeys {
  let governing: Governing | undefined
  const ground: ApiKeysGround = {
    ...given,
    governed() {
      if (!governing) throw new Error('nothing knows the owners of API keys')
      return governing
    },
  }
  const { db, world } = ground
  const uses = createUses(ground)
  return {
    ground,
    uses,
    routes: serve(ground, [listMyApiKeys, createApiKey, revokeMyApiKey, listUserApiKeys, revokeUserApiKey]),
    jobs: [
      createLookJob(ground),
      uses.job,
      {
        name: 'api_keys.sweep',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => deleteKeysEndedBefore(tx, world.now() - listedForMs)),
      },
    ],
    govern(given) {
      governing = given
    },
    look: (tx, who, concerned) => lookAgain(ground, tx, who, concerned),
    endAll: (tx, who, concerned, reason) => endAllKeys(ground, tx, who, concerned, reason),
    listOf: async (owner) => (await findApiKeysOf(db, owner)).map(apiKeyView.show),
    endOne: (tx, actor, id) => endApiKey(ground, tx, actor, id),
    ownerOf: async (id) => (await findApiKey(db, id))?.owner,
    namesOf: (ids) => findApiKeyNames(db, ids),
    endSignedBy: (tx, actor, kid) => endKeysSignedBy(ground, tx, actor, kid),
    noteSignerEnd: (tx, kid, at) => noteSignerEnd(ground, tx, kid, at),
    async forget(tx, names) {
      for (const name of names) await forgetRevoker(tx, name)
    },
  }
}
