import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { findEventsOf, forgetParts } from '../store.ts'
import { commit, nameFor, type PartName, partOf, parts, saltOf, shownCommitment } from './entry.ts'
import { findToForget, holdTree, type SubjectRow, setForgotten, setTree } from './store.ts'
import type { Subjects } from './subjects.ts'

const batch = 500
const mostAtOnce = 100

/**
 * Takes out of the log what it says of those who are being forgotten, a batch at a time, and destroys the key of each of whom
 * nothing is left. May be ended at any moment: a row is as it was or has forgotten.
 */
export function createForgetJob(
  { db, world }: Ground,
  subjects: Subjects,
  settle: () => Promise<unknown>,
): Job {
  return {
    name: 'activity.forget',
    everyMs: 60_000,
    async run() {
      const due = await findToForget(db, world.now(), mostAtOnce)
      if (due.length === 0) return
      // What has no place in the tree yet gets one while its key is there.
      await settle()
      for (const subject of due) {
        while (await db.transaction((tx) => forgetBatch(tx, subjects, subject, world.now()))) {
          // The next batch is a transaction of its own, so that others write in between.
        }
      }
    },
  }
}

/** @returns whether there may be more */
async function forgetBatch(
  tx: Transaction,
  subjects: Subjects,
  { name_hash: nameHash, forget: name }: SubjectRow,
  now: number,
): Promise<boolean> {
  if (name === null) return false
  const key = await subjects.find(tx, name)
  // Another process was there before.
  if (!key?.secret) return false
  const events = await findEventsOf(tx, name, batch)
  for (const event of events) {
    // It was stored a moment ago; the next run finds it with its place.
    if (event.seq === null) return false
    const forgotten: Partial<Record<PartName, string>> = {}
    for (const part of parts) {
      const text = partOf(event, part)
      if (text === null || nameFor(event, part) !== name) continue
      forgotten[part] = shownCommitment({
        key: key.id,
        hash: commit(saltOf(key.secret, event.id, part), text),
      })
    }
    if (Object.keys(forgotten).length === 0) throw new Error(`the log cannot forget somebody in ${event.id}`)
    await forgetParts(tx, event.id, forgotten)
  }
  if (events.length > 0) return true
  const tree = await holdTree(tx)
  await setForgotten(tx, nameHash, now)
  await setTree(tx, { ...tree, forgets: tree.forgets + 1 })
  return false
}
