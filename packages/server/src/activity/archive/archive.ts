import { createSteps, type Steps, type StepsOptions } from '../../database/steps.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import type { Details } from '../events.ts'
import { findTree, holdTree } from '../proof/store.ts'
import { type ActivityRow, countForgotten, deletePlaced, findPlacedInTable } from '../store.ts'
import { kindOf, kinds } from './kinds.ts'
import { bitsOf, hashOfPlaces, namesIn, stretchLength, writeContent } from './segment.ts'
import {
  type ArchiveRow,
  findArchive,
  holdArchive,
  insertSegmentNames,
  insertSegments,
  type SegmentRow,
  segmentId,
  setArchive,
} from './store.ts'

const dayMs = 86_400_000
/** Read at once, of a stretch. */
const page = 256

/**
 * Moves events of days that are over from the table into compressed segments, one for each kind of event in a stretch of places.
 * May be ended at any moment: an event is in the table or in a segment, and each step is one transaction. Others come in between.
 * @param beforeMs the first moment whose events stay in the table; rounded down to a day (UTC)
 * @returns how many events it moved
 */
export async function archiveUntil(
  ground: Ground,
  beforeMs: number,
  options: StepsOptions = {},
): Promise<number> {
  const before = Math.floor(beforeMs / dayMs) * dayMs
  const steps = createSteps(ground.world, options)
  let moved = 0
  for (;;) {
    moved += await deleteCopied(ground, steps)
    if (steps.isOver()) return moved
    const stretch = await nextStretch(ground, before, steps)
    if (stretch === undefined) return moved
    const outcome = await copyStretch(ground, stretch, steps)
    if (outcome === 'by another' || steps.isOver()) return moved
  }
}

/** Events in the order of their places, of one day. */
interface Stretch {
  /** What the archive has copied by now: places from here to `first` have no events. */
  readonly from: number
  readonly first: number
  readonly until: number
  readonly day: string
  readonly events: readonly ActivityRow[]
  /** How much of them was forgotten when they were read. */
  readonly forgotten: number
}

async function nextStretch({ db }: Ground, before: number, steps: Steps): Promise<Stretch | undefined> {
  const { copied } = await findArchive(db)
  const { size } = await findTree(db)
  const [oldest] = await findPlacedInTable(db, copied, 1)
  if (oldest === undefined || oldest.seq === null || oldest.at >= before) return undefined
  const first = oldest.seq
  const rows: ActivityRow[] = []
  for (let from = first; rows.length < stretchLength && !steps.isOver(); from = rows.at(-1)!.seq! + 1) {
    const next = await steps.run(() => findPlacedInTable(db, from, page))
    rows.push(...next)
    if (next.length < page) break
  }
  // By a clock that went back, an event may be older than the one before it.
  const endsAt = Math.min(before, (Math.floor(oldest.at / dayMs) + 1) * dayMs)
  // In a log that was restored, places whose events had been dropped are empty.
  const last = Math.min(size, first + stretchLength)
  const end = rows.findIndex(({ seq, at }) => seq === null || seq >= last || at >= endsAt)
  const events = end === -1 ? rows : rows.slice(0, end)
  if (events.length === 0) return undefined
  const until = events.at(-1)!.seq! + 1
  const day = new Date(oldest.at).toISOString().slice(0, 10)
  const forgotten = partsForgotten(events)
  return { from: copied, first, until, day, events, forgotten }
}

const partsForgotten = (events: readonly ActivityRow[]) =>
  events.reduce(
    (sum, { who_proof: who, place_proof: place, whom_proof: whom }) =>
      sum + [who, place, whom].filter((proof) => proof !== null).length,
    0,
  )

/** `changed` if something of it was forgotten meanwhile: it is read again. */
type Outcome = 'copied' | 'by another' | 'changed' | 'ended'

/**
 * The names first, in steps of their own: they are as many as the events, and each is on another page. Until the segments are there, which
 * is one step, a name that has none is passed over by whoever looks for it.
 */
async function copyStretch(ground: Ground, stretch: Stretch, steps: Steps): Promise<Outcome> {
  const { db, activity } = ground
  const { first, until } = stretch
  const written = await segmentsOf(stretch)
  const names = written.flatMap(({ row, names }) => [...names].map((name) => ({ name, segment: row.id })))
  for (let at = 0; at < names.length; ) {
    if (steps.isOver()) return 'ended'
    const inserted = await steps.take(db, async (tx, rows) => {
      if (!isNext(await holdArchive(tx), stretch)) return undefined
      const some = names.slice(at, at + rows)
      await insertSegmentNames(tx, some)
      return some.length
    })
    if (inserted === undefined) return 'by another'
    at += inserted
  }
  return steps.run(() =>
    db.transaction(async (tx) => {
      // Nobody is forgotten while the tree is held.
      await holdTree(tx)
      if (!isNext(await holdArchive(tx), stretch)) return 'by another'
      if ((await countForgotten(tx, first, until)) !== stretch.forgotten) return 'changed'
      await insertSegments(
        tx,
        written.map(({ row }) => row),
      )
      await setArchive(tx, { moved: first, copied: until })
      await activity.record(tx, operator, 'log.archive', undefined, { details: detailsOf(stretch, written) })
      return 'copied'
    }),
  )
}

const isNext = ({ moved, copied }: ArchiveRow, { from }: Stretch) => copied === from && moved === from

interface Written {
  readonly row: SegmentRow
  readonly names: ReadonlySet<number>
}

async function segmentsOf({ first, until, day, events }: Stretch): Promise<Written[]> {
  const written: Written[] = []
  for (const kind of kinds) {
    const own = events.filter(({ event }) => kindOf(event) === kind)
    if (own.length === 0) continue
    const { content, length, sha256 } = await writeContent(own)
    const ids = own.map(({ id }) => id).sort()
    const times = own.map(({ at }) => at)
    written.push({
      row: {
        ...{
          id: segmentId(first, kind),
          first,
          kind,
          until,
          day,
          count: own.length,
          content,
          length,
          sha256,
          dropped_at: null,
        },
        places: bitsOf(
          own.map(({ seq }) => seq!),
          first,
          until,
        ),
        ...{ min_id: ids[0]!, max_id: ids.at(-1)! },
        ...{ min_at: Math.min(...times), max_at: Math.max(...times) },
      },
      names: await namesIn(own),
    })
  }
  return written
}

/** The log says which places are of which kind, so that nobody can drop an event as one of another kind. */
function detailsOf({ first, until, day }: Stretch, written: readonly Written[]): Details {
  const hashes = written.map(({ row: { kind, places } }) => [kind, hashOfPlaces(places)] as const)
  return { from: first, until, day, ...Object.fromEntries(hashes) }
}

/** Take out of the table what is in segments by now. */
async function deleteCopied({ db }: Ground, steps: Steps): Promise<number> {
  let deleted = 0
  while (!steps.isOver()) {
    const count = await steps.take(db, async (tx, rows) => {
      const { moved, copied } = await holdArchive(tx)
      const until = Math.min(moved + rows, copied)
      if (until <= moved) return 0
      await deletePlaced(tx, moved, until)
      await setArchive(tx, { moved: until, copied })
      return until - moved
    })
    if (count === 0) break
    deleted += count
  }
  return deleted
}
