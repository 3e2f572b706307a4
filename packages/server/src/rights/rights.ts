import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Part } from '../part.ts'
import { firstIdentifierAt, newIdentifier } from '../secrets/identifiers.ts'
import { deleteRightChanges, findRightChanges, insertRightChange } from './store.ts'

/**
 * Tells every process whose rights have ended. A verb that ends a right on which a live
 * connection or subscription depends calls `ended` in its transaction; each process then rechecks those of that subject.
 */
export interface Rights extends Part {
  /** Rights of these subjects (users, services or devices) end with the transaction. */
  ended(tx: Transaction, subjects: readonly string[]): Promise<void>
  /** Recheck the connections of these subjects in this process, for rights that end at a time that every process knows. */
  recheck(subjects: readonly string[]): void
  /** Resolves when this process has rechecked everything so far, so that the response is sent after the effect. */
  settled(): Promise<void>
  /** `recheck` is called with subjects whose rights have ended, at this process or another. */
  follow(recheck: (subjects: readonly string[]) => Promise<void>): () => void
  /** Take in what other processes wrote. */
  refresh(): Promise<void>
}

/** Another process may commit an older id after a newer one, and its clock may be behind. Looking twice does no harm. */
const overlapMs = 60_000
/** By then every process has looked, or has ended and holds nothing alive. */
const keptMs = 10 * overlapMs

export function createRights({ db, world, log }: Ground): Rights {
  const listeners = new Set<(subjects: readonly string[]) => Promise<void>>()
  const seen = new Map<string, number>()
  const looking = new Set<Promise<unknown>>()

  function recheck(subjects: readonly string[]): void {
    if (subjects.length === 0) return
    for (const listener of listeners) {
      const look = listener(subjects).catch((error: unknown) => log.error('recheck_failed', error))
      looking.add(look)
      look.finally(() => looking.delete(look))
    }
  }

  let readUpToMs = world.now()
  async function refresh(): Promise<void> {
    const now = world.now()
    // A clock that steps back makes older ids than were read.
    const from = Math.min(readUpToMs, now) - overlapMs
    const rows = await findRightChanges(db, firstIdentifierAt('rgt', from))
    readUpToMs = now
    const fresh = rows.filter(({ id }) => !seen.has(id))
    for (const { id, at } of fresh) seen.set(id, at)
    recheck([...new Set(fresh.map(({ subject }) => subject))])
  }

  return {
    routes: [],
    jobs: [
      {
        name: 'rights.sweep',
        everyMs: 60_000,
        async run() {
          // An announcement may have been missed: the connection that hears them was lost, or the read failed that one led to.
          await refresh()
          const over = world.now() - keptMs
          for (const [id, at] of seen) if (at <= over) seen.delete(id)
          await db.transaction((tx) => deleteRightChanges(tx, over))
        },
      },
    ],
    refresh,
    recheck,
    async ended(tx, subjects) {
      for (const subject of new Set(subjects)) {
        const row = { id: newIdentifier('rgt', world), subject, at: world.now() }
        await insertRightChange(tx, row)
        tx.afterCommit(() => {
          seen.set(row.id, row.at)
          recheck([subject])
        })
      }
      tx.announce()
    },
    async settled() {
      while (looking.size > 0) await Promise.all(looking)
    },
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
