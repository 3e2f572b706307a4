import type { Ground } from '../ground.ts'
import type { Job } from '../part.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import { noteApplicationUse, noteSecretUse } from './store.ts'
import { noteWorkloadUse } from './workloads/store.ts'

/** When applications, their secrets and the identities of workloads were used last, kept in memory and written once a minute: never a write for a request. */
export interface Uses {
  /** @param credential the id of the secret, or of the identity of a workload, that proved it */
  note(client: string, credential?: string): void
  flush(): Promise<void>
  readonly job: Job
}

export function createUses({ db, world }: Pick<Ground, 'db' | 'world'>): Uses {
  let noted = new Map<string, number>()

  async function flush(): Promise<void> {
    const writing = noted
    noted = new Map()
    if (writing.size === 0) return
    try {
      await db.transaction(async (tx) => {
        // In one order, for another process writes the same rows.
        for (const id of [...writing.keys()].sort()) {
          const at = writing.get(id)!
          if (isIdentifier('sec', id)) await noteSecretUse(tx, id, at)
          else if (isIdentifier('wid', id)) await noteWorkloadUse(tx, id, at)
          else await noteApplicationUse(tx, id, at)
        }
      })
    } catch (error) {
      for (const [id, use] of writing) if (!noted.has(id)) noted.set(id, use)
      throw error
    }
  }

  return {
    note(client, credential) {
      const at = world.now()
      // When a service was used, the log says.
      if (!isIdentifier('svc', client)) noted.set(client, at)
      if (credential !== undefined) noted.set(credential, at)
    },
    flush,
    job: { name: 'applications.note_use', everyMs: 60_000, run: flush, finish: flush },
  }
}
