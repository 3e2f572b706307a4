import type { Reader, Transaction } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import {
  type ActivityRow,
  type Filter,
  findEventInTable,
  findLastInTable,
  findOldestInTable,
  findPlacedInTable,
  findPlacedLikeInTable,
  searchTable,
} from '../store.ts'
import { matcherOf, namesOf } from './match.ts'
import { DamagedSegment, readContent } from './segment.ts'
import {
  findArchive,
  findDroppedUntil,
  findNextSegments,
  findOldestSegment,
  findSegment,
  findSegmentStates,
  findSegmentsByTime,
  type SegmentFilter,
  type SegmentRow,
} from './store.ts'

// The log as one, whether its events are in the table or in segments. Events move from the table to segments while somebody
// reads. The table is read first, so that each event is found in one of them, or in both and then counted once.

/** Called for a segment that cannot be read, which is then passed over. Without it, reading fails. */
type OnDamaged = (damaged: DamagedSegment) => void

/** In the order of the tree, from a place on. Events that were dropped are passed over. */
export async function findPlaced(
  reader: Reader,
  from: number,
  limit: number,
  onDamaged?: OnDamaged,
): Promise<ActivityRow[]> {
  const inTable = await findPlacedInTable(reader, from, limit)
  const { events } = await placedInSegments(reader, { from, limit, onDamaged })
  return joined(events, inTable, limit)
}

/** What segments hold from a place on, read before the transaction that goes on with it. */
export interface ReadAhead {
  readonly from: number
  readonly limit: number
  readonly events: readonly ActivityRow[]
  /** Segments that cannot be read, and are passed over. */
  readonly damaged: readonly DamagedSegment[]
  /** How far the archive had come, and what the segments were. */
  readonly moved: number
  readonly hashes: ReadonlyMap<number, string | null>
}

/** Read what is in segments: what takes long, and must hold up nobody. */
export async function readAhead(reader: Reader, from: number, limit: number): Promise<ReadAhead> {
  const damaged: DamagedSegment[] = []
  const hashes = new Map<number, string | null>()
  const { moved } = await findArchive(reader)
  const { events } = await placedInSegments(reader, {
    ...{ from, until: moved, limit },
    onDamaged: (segment) => damaged.push(segment),
    onRead: ({ id, sha256 }) => hashes.set(id, sha256),
  })
  return { from, limit, events, damaged, moved, hashes }
}

/**
 * The same as {@link findPlaced}, in a transaction, with what was read before it. Undefined if that is not true any more: events
 * have moved to the archive, or something was forgotten in it.
 */
export async function findPlacedWith(
  tx: Transaction,
  { from, limit, events, moved, hashes }: ReadAhead,
): Promise<ActivityRow[] | undefined> {
  const inTable = await findPlacedInTable(tx, from, limit)
  const { moved: movedNow } = await findArchive(tx)
  if (movedNow !== moved && movedNow > from) return undefined
  const states = await findSegmentStates(tx, [...hashes.keys()])
  const isUnchanged =
    states.length === hashes.size && states.every((one) => hashes.get(one.id) === one.sha256)
  return isUnchanged ? joined(events, inTable, limit) : undefined
}

/** Events of a range of places. */
export interface Looked {
  readonly events: readonly ActivityRow[]
  /** The last event of the range, whether it matches or not; undefined if none is there. */
  readonly last: ActivityRow | undefined
  /** Segments that cannot be read, and are passed over. */
  readonly damaged: readonly string[]
}

/** Of the places [from, until) those whose events match, in their order. */
export async function lookAtPlaces(
  reader: Reader,
  { from, until }: { readonly from: number; readonly until: number },
  filter: Filter,
  limit: number,
): Promise<Looked> {
  const inTable = await findPlacedLikeInTable(reader, { from, until }, filter, limit)
  const lastInTable = await findLastInTable(reader, from, until)
  const damaged: string[] = []
  const archived = await placedInSegments(reader, {
    ...{ from, until, limit, matches: matcherOf(filter) },
    onDamaged: ({ segment }) => damaged.push(segment),
  })
  return { events: joined(archived.events, inTable, limit), last: lastInTable ?? archived.last, damaged }
}

interface Asked {
  readonly from: number
  readonly until?: number
  readonly limit: number
  readonly matches?: (event: ActivityRow) => boolean
  readonly onDamaged?: OnDamaged | undefined
  readonly onRead?: (segment: SegmentRow) => void
}

async function placedInSegments(
  reader: Reader,
  { from, until = Number.MAX_SAFE_INTEGER, limit, matches = () => true, onDamaged, onRead }: Asked,
): Promise<Pick<Looked, 'events' | 'last'>> {
  const { moved } = await findArchive(reader)
  const end = Math.min(moved, until)
  const events: ActivityRow[] = []
  let last: ActivityRow | undefined
  for (let place = from; place < end && events.length < limit; ) {
    const found = await findNextSegments(reader, place, end)
    const [next] = found
    if (next === undefined) break
    const stretch: ActivityRow[] = []
    for (const segment of found.filter(({ first }) => first === next.first)) {
      onRead?.(segment)
      for (const event of await opened(segment, onDamaged)) {
        if (event.seq! >= from && event.seq! < end) stretch.push(event)
      }
    }
    stretch.sort((a, b) => a.seq! - b.seq!)
    last = stretch.at(-1) ?? last
    events.push(...stretch.filter(matches))
    place = next.until
  }
  return { events, last }
}

async function opened(
  segment: Parameters<typeof readContent>[0],
  onDamaged: OnDamaged | undefined,
): Promise<readonly ActivityRow[]> {
  try {
    return await readContent(segment)
  } catch (error) {
    if (!(error instanceof DamagedSegment) || onDamaged === undefined) throw error
    onDamaged(error)
    return []
  }
}

/** Both in the order of places. What moved meanwhile is in both. */
function joined(
  archived: readonly ActivityRow[],
  inTable: readonly ActivityRow[],
  limit: number,
): ActivityRow[] {
  const known = new Set(archived.map(({ seq }) => seq))
  const all = [...archived, ...inTable.filter(({ seq }) => !known.has(seq))]
  return all.sort((a, b) => a.seq! - b.seq!).slice(0, limit)
}

/** What a bounded search has found, and how far it came. */
export interface Searched {
  readonly events: readonly ActivityRow[]
  /** The last event that was looked at, if there are more behind it. */
  readonly until: string | null
  /** Segments that hold events of that time and cannot be read. */
  readonly damaged: readonly string[]
}

/**
 * The newest events that match, of the `most` newest of the table and about as many of the archive that the indexes give: what
 * no index finds costs no more than reading these, however large the log is.
 */
export async function searchEvents(
  reader: Reader,
  filter: Filter,
  limit: number,
  most: number,
): Promise<Searched> {
  const inTable = await searchTable(reader, filter, limit, most)
  const oldest = inTable.events.length < limit ? undefined : inTable.events.at(-1)?.id
  // Of the table, nothing older than this was looked at.
  const floor = inTable.until ?? oldest
  const found = new Map(inTable.events.map((event) => [event.id, event]))
  const matches = matcherOf(filter)
  const looked: string[] = []
  const damaged: string[] = []
  let until = inTable.until
  for await (const segment of segmentsFor(reader, filter)) {
    if (floor !== undefined && segment.max_id < floor) break
    // What is newer than this segment cannot change any more.
    const settled = [...found.keys()].filter((id) => id > segment.max_id)
    if (settled.length >= limit) break
    const lowest = looked.length < most ? undefined : lowestOf(looked.filter((id) => id > segment.max_id))
    if (lowest !== undefined) {
      until = lowest
      break
    }
    for (const event of await openById(reader, segment.id, (error) => damaged.push(error.segment))) {
      // What earlier pages have looked at does not count: else the next one would end where this one began.
      if (filter.before === undefined || event.id < filter.before) looked.push(event.id)
      if (matches(event)) found.set(event.id, event)
    }
  }
  const events = [...found.values()]
    .filter(({ id }) => until === null || id >= until)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
  return { events, until, damaged }
}

const lowestOf = (ids: readonly string[]) => ids.toSorted()[0]

/** A filter whose events the indexes find. */
type Indexed = Filter &
  ({ readonly subject: string } | { readonly target: string } | { readonly event: string })

/** The newest events that match, newest first, however far back they lie. For what is rare: nothing bounds the cost. */
export async function findEvents(
  reader: Reader,
  filter: Indexed,
  limit: number,
): Promise<readonly ActivityRow[]> {
  const { events } = await searchEvents(reader, filter, limit, Number.MAX_SAFE_INTEGER)
  return events
}

export async function findEvent(reader: Reader, id: string): Promise<ActivityRow | undefined> {
  const inTable = await findEventInTable(reader, id)
  if (inTable) return inTable
  let damaged: DamagedSegment | undefined
  for await (const segment of segmentsFor(reader, { from: id, through: id })) {
    const events = await openById(reader, segment.id, (error) => (damaged ??= error))
    const event = events.find((one) => one.id === id)
    if (event) return event
  }
  // Nobody can say that there is none.
  if (damaged) throw damaged
  return undefined
}

/** From which moment on the log has every event of administration; undefined if it has none. */
export async function findLogBegin(reader: Reader): Promise<number | undefined> {
  const dropped = await findDroppedUntil(reader, 'administration')
  if (dropped !== null) return dropped + 1
  const inTable = await findOldestInTable(reader)
  const archived = await findOldestSegment(reader)
  return archived?.min_at ?? inTable?.at
}

const segmentsAtOnce = 20

type Sought = Filter & { readonly through?: string }

/** The segments that may hold what matches, by the id of their newest event, the newest first. */
async function* segmentsFor(reader: Reader, { through, ...filter }: Sought) {
  const { from, before } = filter
  const asked: SegmentFilter = { from, before, through, names: namesOf(filter) }
  const found = pages<{ readonly id: number; readonly max_id: string }, string | undefined>(
    undefined,
    segmentsAtOnce,
    (behind, most) => findSegmentsByTime(reader, { ...asked, behind }, most),
    (segment) => segment.max_id,
  )
  for await (const segments of found) yield* segments
}

/** The events of a segment; none if it was dropped meanwhile. */
async function openById(reader: Reader, id: number, onDamaged?: OnDamaged): Promise<readonly ActivityRow[]> {
  const segment = await findSegment(reader, id)
  return segment === undefined || segment.dropped_at !== null ? [] : opened(segment, onDamaged)
}
