import type { Ground } from '../ground.ts'
import type { Job } from '../part.ts'
import { noteApplicationUse, noteSecretUse } from './store.ts'

/** When applications and their secrets were used last, kept in memory and written once a minute: never a write for a request. */
export interface Uses {
  note(application: string, secret?: string): void
  flush(): Promise<void>
  readonly job: Job
}

export function createUses({ db, world }: Pick<Ground, 'db' | 'world'>): Uses {
  let noted = new Map<string, { readonly kind: 'application' | 'secret'; readonly at: number }>()

  async function flush(): Promise<void> {
    const writing = noted
    noted = new Map()
    if (writing.size === 0) return
    try {
      await db.transaction(async (tx) => {
        // In one order, for another process writes the same rows.
        for (const [id, { kind, at }] of [...writing].sort(([a], [b]) => (a < b ? -1 : 1))) {
          await (kind === 'secret' ? noteSecretUse(tx, id, at) : noteApplicationUse(tx, id, at))
        }
      })
    } catch (error) {
      for (const [id, use] of writing) if (!noted.has(id)) noted.set(id, use)
      throw error
    }
  }

  return {
    note(application, secret) {
      const at = world.now()
      noted.set(application, { kind: 'application', at })
      if (secret !== undefined) noted.set(secret, { kind: 'secret', at })
    },
    flush,
    job: { name: 'applications.note_use', everyMs: 60_000, run: flush },
  }
}
