import type { Reader, Transaction, Value } from '../../database/database.ts'
import { inBatches, insertInto } from '../../database/insert.ts'
import { type ActivityKind, kinds } from './kinds.ts'

/** How far the archive has come, as places of the log. */
export interface ArchiveRow {
  /** Events of lower places are read from segments. */
  readonly moved: number
  /** Events of lower places have been copied into segments. */
  readonly copied: number
}

export async function findArchive(reader: Reader): Promise<ArchiveRow> {
  const [row] = await reader.query<ArchiveRow>('SELECT moved, copied FROM activity_archive')
  if (row === undefined) throw new Error('the log has no archive')
  return row
}

/** The same, held until the transaction ends: one process at a time moves events. */
export async function holdArchive(tx: Transaction): Promise<ArchiveRow> {
  const [row] = await tx.query<ArchiveRow>(
    'UPDATE activity_archive SET moved = moved RETURNING moved, copied',
  )
  if (row === undefined) throw new Error('the log has no archive')
  return row
}

export async function setArchive(tx: Transaction, { moved, copied }: ArchiveRow): Promise<void> {
  await tx.query('UPDATE activity_archive SET moved = $1, copied = $2', moved, copied)
}

/** The events of one kind among the places [first, until). Times are milliseconds since the epoch. */
export interface SegmentRow {
  /** {@link segmentId} */
  readonly id: number
  readonly first: number
  readonly kind: ActivityKind
  readonly until: number
  readonly day: string
  readonly count: number
  /** A bit for each place from `first` on. */
  readonly places: Uint8Array
  readonly min_id: string
  readonly max_id: string
  readonly min_at: number
  readonly max_at: number
  readonly length: number
  /** Null once it was dropped. */
  readonly content: Uint8Array | null
  readonly sha256: string | null
  readonly dropped_at: number | null
}
/** One number for the first place and the kind of a segment: many rows of the index of names refer to it. */
export const segmentId = (first: number, kind: ActivityKind) => first * 8 + kinds.indexOf(kind)

export const insertSegments = insertInto<keyof SegmentRow>('activity_segments', [
  'id',
  'first',
  'kind',
  'until',
  'day',
  'count',
  'places',
  'min_id',
  'max_id',
  'min_at',
  'max_at',
  'length',
  'content',
  'sha256',
  'dropped_at',
])

export interface SegmentNameRow {
  /** A hash of an id or of the name of an event. */
  readonly name: number
  readonly segment: number
}

/** Those that are there already, of a stretch that was begun before, stay. */
export const insertSegmentNames = insertInto<keyof SegmentNameRow>(
  'activity_segment_names',
  ['name', 'segment'],
  'ON CONFLICT DO NOTHING',
)

/** The first segments that hold events of the places [from, until): all kinds of their stretch, and perhaps more. */
export async function findNextSegments(reader: Reader, from: number, until: number): Promise<SegmentRow[]> {
  return reader.query<SegmentRow>(
    `SELECT * FROM activity_segments WHERE first >= $1 AND first < $2 AND until > $3 AND dropped_at IS NULL
      ORDER BY first, kind LIMIT $4`,
    // A stretch is not longer than this: what began earlier has ended.
    from - longestStretch,
    until,
    from,
    kinds.length,
  )
}

/** Above what any stretch has had. */
const longestStretch = 65_536

/** Segments of which events were dropped, among the places [from, until). They have no content. */
export async function findDroppedSegments(
  reader: Reader,
  from: number,
  until: number,
): Promise<SegmentRow[]> {
  return reader.query<SegmentRow>(
    `SELECT * FROM activity_segments WHERE first >= $1 AND first < $2 AND until > $3 AND dropped_at IS NOT NULL
      ORDER BY first, kind`,
    from - longestStretch,
    until,
    from,
  )
}

/** What segments are looked for by; all that is given must hold. */
export interface SegmentFilter {
  /** Ids of events: from `from` on and before `before`. */
  readonly from?: string | undefined
  readonly before?: string | undefined
  /** Up to this one, it included. */
  readonly through?: string | undefined
  /** Sets of hashes of names: of each set, the segment has one. */
  readonly names?: readonly (readonly number[])[]
  /** Segments behind the one whose newest event this is. */
  readonly behind?: string | undefined
}

/** By the id of their newest event, the newest first, without their content. */
export async function findSegmentsByTime(
  reader: Reader,
  { from, before, through, names = [], behind }: SegmentFilter,
  limit: number,
): Promise<Omit<SegmentRow, 'content' | 'places'>[]> {
  const values: Value[] = []
  const place = (value: Value) => `$${values.push(value)}`
  const conditions = ['dropped_at IS NULL']
  if (from !== undefined) conditions.push(`max_id >= ${place(from)}`)
  if (before !== undefined) conditions.push(`min_id < ${place(before)}`)
  if (through !== undefined) conditions.push(`min_id <= ${place(through)}`)
  if (behind !== undefined) conditions.push(`max_id < ${place(behind)}`)
  for (const set of names) {
    const among = set.map(place).join(', ')
    conditions.push(
      `EXISTS (SELECT 1 FROM activity_segment_names n
                WHERE n.name IN (${among}) AND n.segment = activity_segments.id)`,
    )
  }
  return reader.query(
    `SELECT id, first, kind, until, day, count, min_id, max_id, min_at, max_at, length, sha256, dropped_at
       FROM activity_segments WHERE ${conditions.join(' AND ')} ORDER BY max_id DESC LIMIT ${place(limit)}`,
    ...values,
  )
}

export async function findSegment(reader: Reader, id: number): Promise<SegmentRow | undefined> {
  const [row] = await reader.query<SegmentRow>('SELECT * FROM activity_segments WHERE id = $1', id)
  return row
}

/** What segments are by now, of these ids. */
export async function findSegmentStates(
  reader: Reader,
  ids: readonly number[],
): Promise<Pick<SegmentRow, 'id' | 'sha256'>[]> {
  if (ids.length === 0) return []
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  return reader.query(`SELECT id, sha256 FROM activity_segments WHERE id IN (${places})`, ...ids)
}

export async function hasSegments(reader: Reader): Promise<boolean> {
  return (await reader.query('SELECT id FROM activity_segments LIMIT 1')).length > 0
}

/** Where the archive begins, of what was not dropped. */
export async function findOldestSegment(reader: Reader): Promise<{ min_at: number } | undefined> {
  const [row] = await reader.query<{ min_at: number }>(
    'SELECT min_at FROM activity_segments WHERE dropped_at IS NULL ORDER BY first LIMIT 1',
  )
  return row
}

/** Ids of segments whose events may tell of somebody, in the order of their places. Names of segments that are not there yet do not count. */
export async function findSegmentsNaming(reader: Reader, name: number, limit: number): Promise<number[]> {
  const rows = await reader.query<{ segment: number }>(
    `SELECT segment FROM activity_segment_names
      WHERE name = $1 AND EXISTS (SELECT 1 FROM activity_segments s WHERE s.id = segment AND s.sha256 IS NOT NULL)
      ORDER BY segment LIMIT $2`,
    name,
    limit,
  )
  return rows.map(({ segment }) => segment)
}

/** The same behind a segment, for what leaves its name there. */
export async function findSegmentsNamingAfter(
  reader: Reader,
  name: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await reader.query<{ segment: number }>(
    'SELECT segment FROM activity_segment_names WHERE name = $1 AND segment > $2 ORDER BY segment LIMIT $3',
    name,
    after,
    limit,
  )
  return rows.map(({ segment }) => segment)
}

/** Write a segment anew, if it is what it was. */
export async function replaceContent(
  tx: Transaction,
  id: number,
  sha256: string,
  written: { readonly content: Uint8Array; readonly length: number; readonly sha256: string },
): Promise<boolean> {
  const changed = await tx.query(
    `UPDATE activity_segments SET content = $3, length = $4, sha256 = $5
      WHERE id = $1 AND sha256 = $2 RETURNING id`,
    id,
    sha256,
    written.content,
    written.length,
    written.sha256,
  )
  return changed.length > 0
}

const deleteNames = inBatches((size) => {
  const names = Array.from(
    { length: size },
    (_, at) => `(name = $${2 * at + 1} AND segment = $${2 * at + 2})`,
  )
  return `DELETE FROM activity_segment_names WHERE ${names.join(' OR ')}`
})

export async function deleteSegmentNames(tx: Transaction, rows: readonly SegmentNameRow[]): Promise<void> {
  await deleteNames(tx, rows, ({ name, segment }) => [name, segment])
}

/** The same for a segment that cannot be read, so that nobody knows its names: the whole index is looked at. */
export async function deleteAllSegmentNames(tx: Transaction, segment: number): Promise<void> {
  await tx.query('DELETE FROM activity_segment_names WHERE segment = $1', segment)
}

/** Segments of a kind whose newest event is older than this, the oldest first, without those that have one of these names. */
export async function findDue(
  reader: Reader,
  {
    kind,
    before,
    held,
  }: { readonly kind: string; readonly before: number; readonly held: readonly number[] },
  limit: number,
): Promise<number[]> {
  const values: Value[] = [kind, before]
  const among = held.map((name) => `$${values.push(name)}`).join(', ')
  const isHeld =
    held.length === 0
      ? ''
      : `AND NOT EXISTS (SELECT 1 FROM activity_segment_names n
           WHERE n.name IN (${among}) AND n.segment = activity_segments.id)`
  const rows = await reader.query<{ id: number }>(
    `SELECT id FROM activity_segments
      WHERE kind = $1 AND max_at < $2 AND dropped_at IS NULL ${isHeld} ORDER BY max_at LIMIT $${values.push(limit)}`,
    ...values,
  )
  return rows.map(({ id }) => id)
}

/** From now on a segment is found no more. Its content stays until its names are gone, which only the content tells. */
export async function dropSegment(tx: Transaction, id: number, now: number): Promise<boolean> {
  const dropped = await tx.query(
    'UPDATE activity_segments SET dropped_at = $2 WHERE id = $1 AND dropped_at IS NULL RETURNING id',
    id,
    now,
  )
  return dropped.length > 0
}

/** A segment that was dropped and still has its content. */
export async function findHalfDropped(reader: Reader): Promise<number | undefined> {
  const [row] = await reader.query<{ id: number }>(
    'SELECT id FROM activity_segments WHERE dropped_at IS NOT NULL AND sha256 IS NOT NULL ORDER BY id LIMIT 1',
  )
  return row?.id
}

/** Delete what a dropped segment says. That it was there, and at which places, stays. */
export async function deleteContent(tx: Transaction, id: number): Promise<void> {
  await tx.query(
    'UPDATE activity_segments SET content = NULL, sha256 = NULL WHERE id = $1 AND dropped_at IS NOT NULL',
    id,
  )
}

/** The time of the newest event of a kind that was dropped; null if none was. */
export async function findDroppedUntil(reader: Reader, kind: string): Promise<number | null> {
  const [row] = await reader.query<{ at: number | null }>(
    'SELECT MAX(max_at) AS at FROM activity_segments WHERE kind = $1 AND dropped_at IS NOT NULL',
    kind,
  )
  return row?.at ?? null
}

/** What is kept of a month and a kind. */
export interface PeriodRow {
  /** YYYY-MM */
  readonly month: string
  readonly kind: ActivityKind
  /** Of what is still there: events, and bytes as they are stored. */
  readonly events: number
  readonly bytes: number
  readonly dropped: number
}

/** The months of the archive, the newest first. */
export async function findPeriods(reader: Reader, limit: number): Promise<PeriodRow[]> {
  return reader.query<PeriodRow>(
    `SELECT substr(day, 1, 7) AS month, kind,
            SUM(CASE WHEN dropped_at IS NULL THEN count ELSE 0 END) AS events,
            SUM(CASE WHEN dropped_at IS NULL THEN length(content) ELSE 0 END) AS bytes,
            SUM(CASE WHEN dropped_at IS NULL THEN 0 ELSE count END) AS dropped
       FROM activity_segments GROUP BY substr(day, 1, 7), kind ORDER BY month DESC, kind LIMIT $1`,
    limit,
  )
}
