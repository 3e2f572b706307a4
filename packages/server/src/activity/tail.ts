import type { Database } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { findEvent, findPlaced, lookAtPlaces } from './archive/reading.ts'
import { DamagedSegment } from './archive/segment.ts'
import type { Sequencer } from './proof/sequencer.ts'
import type { ActivityRow, Filter } from './store.ts'

/** So many places are read at once, whether their events match or not. */
const mostAtOnce = 1_000

/** What a reader of the log gets: an event, or how many were left out since the one before, and the last of these. */
export type Followed =
  | { readonly kind: 'event'; readonly event: ActivityRow }
  | { readonly kind: 'skipped'; readonly count: number; readonly last: string }
  /** A segment of the archive cannot be read: its events are left out. */
  | { readonly kind: 'damaged'; readonly segment: string }

export interface TailGround {
  readonly db: Database
  readonly sequencer: Pick<Sequencer, 'settle' | 'size' | 'watch'>
}

interface Wanted {
  readonly filter?: Filter
  readonly after?: string | undefined
  /** A reader who is further behind than this gets the number of what was left out in place of it. */
  readonly mostBehind?: number
}

/**
 * Follow the log in the order of commits: each event that matches once, of every process on this database, until `signal`
 * aborts. It begins behind the event `after`, or with what is committed from now on. Nothing waits in memory for a slow
 * reader: the log is read when they ask for more.
 * @throws {Refusal} `event_not_found` for `after`
 */
export async function tail(
  { db, sequencer }: TailGround,
  { filter = {}, after, mostBehind = 10_000 }: Wanted,
  signal: AbortSignal,
): Promise<AsyncGenerator<Followed>> {
  const opened = await sequencer.settle()
  const from = after === undefined ? opened : await placeAfter(db, after)
  return follow({ db, sequencer }, filter, { from, opened, mostBehind }, signal)
}

/**
 * The place behind an event. Every event that is committed has one once the log is settled. Of one in a part of the archive that
 * cannot be read any more it is where that part begins: some events come again, and none is left out.
 */
export async function placeAfter(db: Database, id: string): Promise<number> {
  const event = await findEvent(db, id).catch((error: unknown) => {
    if (error instanceof DamagedSegment) return { seq: error.first - 1 }
    throw error
  })
  if (!event || event.seq === null) throw new Refusal('event_not_found', 'there is no such event')
  return event.seq + 1
}

/** The place to begin at, how many events there were when the reader came, and how far behind they may be. */
interface Begin {
  readonly from: number
  readonly opened: number
  readonly mostBehind: number
}

async function* follow(
  { db, sequencer }: TailGround,
  filter: Filter,
  { from, opened, mostBehind }: Begin,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  let mayHaveMore = true
  let wake = () => {}
  const stopWatching = sequencer.watch(() => {
    mayHaveMore = true
    wake()
  })
  const end = () => wake()
  signal.addEventListener('abort', end, { once: true })
  try {
    let at = from
    const told = new Set<string>()
    while (!signal.aborted) {
      if (!mayHaveMore) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      // Before the read: what gets a place meanwhile sets it again.
      mayHaveMore = false
      const size = await sequencer.size()
      // What was there when they came is owed to those who resume, however much it is.
      if (at >= opened && size - at > mostBehind) {
        const [last] = await findPlaced(db, size - 1, 1, () => {})
        if (last) yield { kind: 'skipped', count: size - at, last: last.id }
        at = size
      }
      const until = Math.min(at + mostAtOnce, size)
      if (until <= at) continue
      const { events, damaged } = await lookAtPlaces(db, { from: at, until }, filter, mostAtOnce)
      for (const segment of damaged) {
        if (!told.has(segment)) yield { kind: 'damaged', segment }
        told.add(segment)
      }
      mayHaveMore ||= until < size
      at = until
      for (const event of events) {
        if (signal.aborted) return
        yield { kind: 'event', event }
      }
    }
  } finally {
    stopWatching()
    signal.removeEventListener('abort', end)
  }
}
