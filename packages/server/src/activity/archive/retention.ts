import type { Database, Reader } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import { createSteps, type Steps, type StepsOptions } from '../../database/steps.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import { findHolds } from '../proof/store.ts'
import { type DroppableKind, droppable } from './kinds.ts'
import { DamagedSegment, hashOfId, namesIn, readContent } from './segment.ts'
import {
  deleteAllSegmentNames,
  deleteContent,
  deleteSegmentNames,
  dropSegment,
  findDue,
  findHalfDropped,
  findSegment,
} from './store.ts'

/** For how many days events of a kind are kept; those that are not named are kept for ever. */
export type Retention = Readonly<Partial<Record<DroppableKind, number>>>

export const dayMs = 86_400_000
/** Of one transaction, which is a few rows and what it says in the log. */
const droppedAtOnce = 5
const mostHolds = 1_000

interface Bounds extends StepsOptions {
  /** The place from which on a sink still needs what there is. */
  readonly neededFrom?: number | undefined
}

/**
 * Drop what is older than its retention, in whole segments: they are found no more, and then their names and their content are deleted. A
 * segment that tells of somebody who is held stays until the hold is over.
 * @returns how many events it dropped
 */
export async function dropExpired(
  ground: Ground,
  retention: Retention,
  { neededFrom = Number.POSITIVE_INFINITY, ...options }: Bounds = {},
): Promise<number> {
  const now = ground.world.now()
  const steps = createSteps(ground.world, options)
  // What a run before this one has left.
  await deleteDropped(ground.db, steps)
  let dropped = 0
  for (const kind of droppable) {
    const days = retention[kind]
    if (days === undefined) continue
    const before = Math.floor((now - days * dayMs) / dayMs) * dayMs
    while (!steps.isOver()) {
      const count = await steps.run(() => dropSome(ground, { kind, before, now, neededFrom }))
      if (count === 0) break
      dropped += count
      await deleteDropped(ground.db, steps)
    }
  }
  return dropped
}

interface Due {
  readonly kind: DroppableKind
  readonly before: number
  readonly now: number
  readonly neededFrom: number
}

async function dropSome({ db, activity }: Ground, { kind, before, now, neededFrom }: Due): Promise<number> {
  const due = await findDue(db, { kind, before, held: await namesHeld(db, now) }, droppedAtOnce)
  if (due.length === 0) return 0
  return db.transaction(async (tx) => {
    // Who has been held since then is held.
    const held = await namesHeld(tx, now)
    let [events, until] = [0, 0]
    for (const id of await findDue(tx, { kind, before, held }, droppedAtOnce)) {
      const row = await findSegment(tx, id)
      if (row === undefined || row.until > neededFrom || !(await dropSegment(tx, id, now))) continue
      events += row.count
      until = Math.max(until, row.until)
    }
    if (events === 0) return 0
    const details = { kind, until, events, before: new Date(before).toISOString(), held: held.length }
    await activity.record(tx, operator, 'log.retention', undefined, { details })
    return events
  })
}

/** Delete the names of what was dropped, in steps, and then its content. */
async function deleteDropped(db: Database, steps: Steps): Promise<void> {
  while (!steps.isOver()) {
    const id = await findHalfDropped(db)
    if (id === undefined) return
    const names = await steps.run(() => namesOf(db, id))
    if (names === undefined) await steps.run(() => db.transaction((tx) => deleteAllSegmentNames(tx, id)))
    for (let at = 0; at < (names?.length ?? 0); ) {
      if (steps.isOver()) return
      at += await steps.take(db, async (tx, rows) => {
        const some = names!.slice(at, at + rows)
        await deleteSegmentNames(
          tx,
          some.map((name) => ({ name, segment: id })),
        )
        return some.length
      })
    }
    await steps.run(() => db.transaction((tx) => deleteContent(tx, id)))
  }
}

/** The names by which a segment is found; undefined if it cannot be read. */
async function namesOf(db: Reader, id: number): Promise<readonly number[] | undefined> {
  const row = await findSegment(db, id)
  // Another process has done it.
  if (row === undefined || row.sha256 === null) return []
  try {
    return [...(await namesIn(await readContent(row)))]
  } catch (error) {
    if (error instanceof DamagedSegment) return undefined
    throw error
  }
}

async function namesHeld(reader: Reader, now: number): Promise<number[]> {
  const held: number[] = []
  const holds = pages(
    '',
    mostHolds,
    (after, most) => findHolds(reader, after, most),
    (hold) => hold.subject,
  )
  for await (const some of holds) {
    const inForce = some.filter(({ ends_at: end }) => end === null || end > now)
    held.push(...inForce.map(({ subject }) => hashOfId(subject)))
  }
  return held
}
