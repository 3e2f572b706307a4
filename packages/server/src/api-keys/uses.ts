import type { RegionOf } from '../activity/regions.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Ground } from '../ground.ts'
import type { Identity } from '../identity.ts'
import type { Job } from '../part.ts'
import { type KeyUse, noteKeyUse } from './store.ts'

/** When and where keys were used last, kept in memory and written once a minute: never a write for a request. */
export interface Uses {
  /** Somebody was authenticated, at an edge of this server. Guards elsewhere tell nothing of whom they let in. */
  note(identity: Identity, client: ClientInfo): void
  flush(): Promise<void>
  readonly job: Job
}

export function createUses({
  db,
  world,
  regionOf,
}: Pick<Ground, 'db' | 'world'> & { readonly regionOf: RegionOf }): Uses {
  let noted = new Map<string, Omit<KeyUse, 'region'>>()

  async function flush(): Promise<void> {
    const writing = noted
    noted = new Map()
    if (writing.size === 0) return
    try {
      await db.transaction(async (tx) => {
        // In one order, for another process writes the same rows.
        for (const id of [...writing.keys()].sort()) {
          const use = writing.get(id)!
          await noteKeyUse(tx, id, { ...use, region: regionOf(use.address) })
        }
      })
    } catch (error) {
      for (const [id, use] of writing) if (!noted.has(id)) noted.set(id, use)
      throw error
    }
  }

  return {
    note({ kind, tokenId }, { address, userAgent = null }) {
      if (kind === 'api_key' && tokenId !== undefined)
        noted.set(tokenId, { at: world.now(), address, userAgent })
    },
    flush,
    job: { name: 'api_keys.note_use', everyMs: 60_000, run: flush, finish: flush },
  }
}
