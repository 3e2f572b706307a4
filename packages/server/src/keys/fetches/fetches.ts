import { networkOf } from '../../addresses/networks.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Database } from '../../database/database.ts'
import type { World } from '../../world.ts'
import {
  countFetches,
  deleteFetchesBefore,
  type FetchRow,
  findFetches,
  insertFetch,
  touchFetch,
} from './store.ts'

/** The main key set, beside the sets of services. */
export const mainSet = 'main'

/** More networks and programs than verify the tokens of one server; whoever comes after is not noted until others are forgotten. */
const mostFetchers = 2_000
const dayMs = 86_400_000
/** Who has fetched nothing for so long does not verify any more, or does so by other means. */
const forgetAfterMs = 30 * dayMs

/** Who fetches the key sets, kept in memory and written from time to time: never a write for a fetch. */
export interface Fetches {
  /** A key set was fetched. Costs a look into a map. */
  note(keySet: string, client: ClientInfo, keyIds: readonly string[]): void
  /** Write what was noted since. */
  flush(): Promise<void>
  /** Who fetched since then, the latest first. */
  since(atMs: number): Promise<readonly FetchRow[]>
  /** Whether somebody fetched who could not be noted: then nobody knows that all have the next key. */
  overflowed(): boolean
}

export function createFetches({ db, world }: { db: Database; world: World }): Fetches {
  let noted = new Map<string, FetchRow>()
  let isOverflowing = false
  /** Whether somebody found no place in memory since the last flush. */
  let missed = false

  async function flush(): Promise<void> {
    const writing = noted
    noted = new Map()
    if (writing.size === 0) return
    const missedSome = missed
    missed = false
    try {
      await db.transaction(async (tx) => {
        await deleteFetchesBefore(tx, world.now() - forgetAfterMs)
        let room = mostFetchers - (await countFetches(tx))
        for (const row of writing.values()) {
          if (await touchFetch(tx, row)) continue
          if (room-- > 0) await insertFetch(tx, row)
        }
        isOverflowing = missedSome || room < 0
      })
    } catch (error) {
      missed ||= missedSome
      for (const [name, row] of writing) if (!noted.has(name)) noted.set(name, row)
      throw error
    }
  }

  return {
    note(keySet, { address, userAgent = '' }, keyIds) {
      const network = networkOf(address) ?? ''
      const program = userAgent.slice(0, 120)
      const name = JSON.stringify([keySet, network, program])
      const before = noted.get(name)
      if (before === undefined && noted.size >= mostFetchers) {
        missed = true
        return
      }
      const now = world.now()
      noted.set(name, {
        key_set: keySet,
        network,
        user_agent: program,
        key_ids: keyIds.join(' '),
        first_at: before?.first_at ?? now,
        last_at: now,
      })
    },
    flush,
    async since(atMs) {
      await flush()
      return findFetches(db, atMs, mostFetchers)
    },
    overflowed: () => isOverflowing,
  }
}
