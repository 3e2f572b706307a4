import type { Reader } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import { findHolds } from '../proof/store.ts'
import { type DroppableKind, droppable } from './kinds.ts'
import { DamagedSegment, hashOfId, namesIn, readContent } from './segment.ts'
import { deleteAllSegmentNames, deleteSegmentNames, dropSegment, findDue, findSegment } from './store.ts'

/** For how many days events of a kind are kept; those that are not named are kept for ever. */
export type Retention = Readonly<Partial<Record<DroppableKind, number>>>

export const dayMs = 86_400_000
/** With the names by which they are found, a few thousand rows. */
const droppedAtOnce = 5
const mostHolds = 1_000

interface Bounds {
  /** The place from which on a sink still needs what there is. */
  readonly neededFrom?: number | undefined
  /** Ends it at its next step. */
  readonly stopping?: AbortSignal | undefined
}

/**
 * Drop what is older than its retention: whole segments, so that it costs the same however many events they have. A segment
 * that tells of somebody who is held stays until the hold is over.
 * @returns how many events it dropped
 */
export async function dropExpired(
  ground: Ground,
  retention: Retention,
  { neededFrom = Number.POSITIVE_INFINITY, stopping }: Bounds = {},
): Promise<number> {
  const now = ground.world.now()
  let dropped = 0
  for (const kind of droppable) {
    const days = retention[kind]
    if (days === undefined) continue
    const before = Math.floor((now - days * dayMs) / dayMs) * dayMs
    while (!stopping?.aborted) {
      const count = await dropSome(ground, { kind, before, now, neededFrom })
      if (count === 0) break
      dropped += count
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
  const segments = await Promise.all(due.map((id) => openToDrop(db, id)))
  return db.transaction(async (tx) => {
    // Who has been held since then is held.
    const held = await namesHeld(tx, now)
    const still = new Set(await findDue(tx, { kind, before, held }, droppedAtOnce))
    let [events, until] = [0, 0]
    for (const { row, names } of segments.filter((segment) => segment !== undefined)) {
      if (row.until > neededFrom) continue
      if (!still.has(row.id) || !(await dropSegment(tx, row.id, now))) continue
      if (names === undefined) await deleteAllSegmentNames(tx, row.id)
      else
        await deleteSegmentNames(
          tx,
          names.map((name) => ({ name, segment: row.id })),
        )
      events += row.count
      until = Math.max(until, row.until)
    }
    if (events === 0) return 0
    const details = { kind, until, events, before: new Date(before).toISOString(), held: held.length }
    await activity.record(tx, operator, 'log.retention', undefined, { details })
    return events
  })
}

/** A segment, and the names by which it is found; undefined names if it cannot be read. */
async function openToDrop(db: Reader, id: number) {
  const row = await findSegment(db, id)
  if (row === undefined) return undefined
  try {
    return { row, names: [...namesIn(await readContent(row))] }
  } catch (error) {
    if (error instanceof DamagedSegment) return { row, names: undefined }
    throw error
  }
}

async function namesHeld(reader: Reader, now: number): Promise<number[]> {
  const held: number[] = []
  for (let after = ''; ; ) {
    const holds = await findHolds(reader, after, mostHolds)
    held.push(
      ...holds
        .filter(({ ends_at: end }) => end === null || end > now)
        .map(({ subject }) => hashOfId(subject)),
    )
    if (holds.length < mostHolds) return held
    after = holds.at(-1)!.subject
  }
}
