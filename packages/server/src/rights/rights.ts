import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Part } from '../part.ts'
import { firstIdentifierAt, newIdentifier } from '../secrets/identifiers.ts'
import { deleteRightChanges, findRightChanges, insertRightChange } from './store.ts'

/**
 * Whose rights have become fewer, told to every process. A verb that ends a right which something alive rests on, a
 * connection or a subscription, says so here in its transaction: each process looks again at what it holds of that subject.
 */
export interface Rights extends Part {
  /** These subjects may do less once the transaction is committed: users, services or devices. */
  ended(tx: Transaction, subjects: readonly string[]): Promise<void>
  /** Look again at what this process holds of these subjects, whose rights every process sees end by its own clock. */
  recheck(subjects: readonly string[]): void
  /** Resolves when this process has looked again at all that was told to it, so that an answer means what it says. */
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

  async function refresh(): Promise<void> {
    const rows = await findRightChanges(db, firstIdentifierAt('rgt', world.now() - overlapMs))
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
