import type { Database, Reader, Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { forgetInSegments, isToldOf } from '../archive/forget.ts'
import { DamagedSegment } from '../archive/segment.ts'
import { forgetAddressOf, forgetRegionsOf, holdCounting } from '../statistics/forget.ts'
import { type ActivityRow, findEventsOf, forgetParts } from '../store.ts'
import { forgetPlacesOfDevices } from './forget-devices.ts'
import { partsAbout, withoutParts } from './forgotten.ts'
import { findToForget, holdTree, type SubjectRow, setForgotten, setTree } from './store.ts'
import type { Subjects } from './subjects.ts'

const batch = 500
const mostAtOnce = 100

/**
 * Takes out of the log what it says of those who are being forgotten, a batch at a time, and destroys the key of each of whom
 * nothing is left. May be ended at any moment: a row is as it was or has forgotten.
 */
export function createForgetJob(
  { db, world, activity }: Ground,
  subjects: Subjects,
  settle: () => Promise<unknown>,
): Job {
  return {
    name: 'activity.forget',
    everyMs: 60_000,
    async run(stopping) {
      const due = await findToForget(db, world.now(), mostAtOnce)
      if (due.length === 0) return
      // What has no place in the tree yet gets one while its key is there.
      await settle()
      let damaged: DamagedSegment | undefined
      for (const subject of due) {
        if (stopping.aborted) return
        try {
          await forgetOne(subject, stopping)
        } catch (error) {
          if (!(error instanceof DamagedSegment)) throw error
          // Others are forgotten. Of this person, something is left that cannot be read, which must not go unsaid.
          damaged ??= error
        }
      }
      if (damaged) throw damaged
    },
  }

  async function forgetOne(subject: SubjectRow, stopping: AbortSignal): Promise<void> {
    const { forget: name } = subject
    // Their own events say which devices were theirs, and when.
    if (name !== null) await forgetPlacesOfDevices({ db, world, activity }, subjects, name, stopping)
    do {
      if (stopping.aborted) return
      while (await db.transaction((tx) => forgetBatch(tx, subjects, subject, world.now()))) {
        // The next batch is a transaction of its own, so that others write in between.
      }
      await forgetInArchive(db, subjects, subject, world.now())
    } while (await db.transaction((tx) => isLeft(tx, subjects, subject, world.now())))
  }
}

/** What the log says of somebody, as the error tells it that is thrown where nothing of an event tells of them. */
function toForget(event: ActivityRow, name: string, key: { readonly id: number; readonly secret: Buffer }) {
  const about = partsAbout(event, name, key)
  if (Object.keys(about).length === 0) throw new Error(`the log cannot forget somebody in ${event.id}`)
  return about
}

async function openKey(reader: Reader, subjects: Subjects, name: string) {
  const key = await subjects.find(reader, name)
  return key?.secret && { id: key.id, secret: key.secret }
}

/** @returns whether there may be more */
async function forgetBatch(
  tx: Transaction,
  subjects: Subjects,
  { forget: name }: SubjectRow,
  now: number,
): Promise<boolean> {
  // Without a key another process was there before.
  const key = name === null ? undefined : await openKey(tx, subjects, name)
  if (name === null || key === undefined) return false
  await holdCounting(tx, now)
  const events = await findEventsOf(tx, name, batch)
  for (const event of events) {
    // It was stored a moment ago; the next run finds it with its place.
    if (event.seq === null) return false
    const about = toForget(event, name, key)
    if (about.place !== undefined) await forgetAddressOf(tx, event)
    await forgetParts(tx, event.id, about)
  }
  return events.length > 0
}

async function forgetInArchive(
  db: Database,
  subjects: Subjects,
  { forget: name }: SubjectRow,
  now: number,
): Promise<void> {
  const key = name === null ? undefined : await openKey(db, subjects, name)
  if (name === null || key === undefined) return
  const isOfThem = (event: ActivityRow) => event.subject === name || event.target === name
  await forgetInSegments(db, name, {
    forget: (event) => (isOfThem(event) ? withoutParts(event, toForget(event, name, key)) : event),
    async beside(tx, events) {
      await holdCounting(tx, now)
      for (const event of events) {
        if (isOfThem(event) && toForget(event, name, key).place !== undefined)
          await forgetAddressOf(tx, event)
      }
    },
  })
}

/** Destroy the key, unless an event has come to tell of them meanwhile, or has moved. @returns whether one has */
async function isLeft(
  tx: Transaction,
  subjects: Subjects,
  { name_hash: nameHash, forget: name }: SubjectRow,
  now: number,
): Promise<boolean> {
  const tree = await holdTree(tx)
  if (name === null || (await openKey(tx, subjects, name)) === undefined) return false
  const [event] = await findEventsOf(tx, name, 1)
  // One without a place waits for the next run.
  if (event !== undefined) return event.seq !== null
  if (await isToldOf(tx, name)) return true
  await forgetRegionsOf(tx, name)
  await setForgotten(tx, nameHash, now)
  await setTree(tx, { ...tree, forgets: tree.forgets + 1 })
  return false
}
