import type { Reader, Transaction } from '../../database/database.ts'
import { inBatches, insertInto } from '../../database/insert.ts'

/** How often something happened in a bucket. */
export interface CountRow {
  readonly series: string
  /** The length of the bucket, and when it begins, in milliseconds. */
  readonly grain: number
  readonly start: number
  readonly outcome: string
  readonly value: string
  readonly count: number
}

const add = insertInto<keyof CountRow>(
  'activity_counts',
  ['series', 'grain', 'start', 'outcome', 'value', 'count'],
  `ON CONFLICT (series, grain, start, outcome, value) DO UPDATE SET count = activity_counts.count + excluded.count`,
)

/** Each row names another bucket, outcome or value. */
export async function addCounts(tx: Transaction, rows: readonly CountRow[]): Promise<void> {
  await add(tx, rows)
}

/** What of a series is read: from `from` on and before `to`. */
export interface Wanted {
  readonly series: string
  readonly grain: number
  readonly from: number
  readonly to: number
  readonly outcomes?: readonly string[] | undefined
  readonly values?: readonly string[] | undefined
}

const inRange = 'series = $1 AND grain = $2 AND start >= $3 AND start < $4'

function conditionsOf({ series, grain, from, to, outcomes, values }: Wanted, given: readonly number[] = []) {
  const parameters: (string | number)[] = [series, grain, from, to, ...given]
  const among = (column: string, wanted: readonly string[] | undefined) =>
    wanted === undefined
      ? ''
      : ` AND ${column} IN (${wanted.map((one) => `$${parameters.push(one)}`).join(', ') || 'NULL'})`
  const where = `WHERE ${inRange}${among('outcome', outcomes)}${among('value', values)}`
  return { where, parameters }
}

/** The counts in buckets of `step` milliseconds, by one of the columns. Buckets in which nothing happened have no row. */
export async function sumByBucket(
  reader: Reader,
  wanted: Wanted,
  by: 'outcome' | 'value',
  step: number,
): Promise<{ readonly start: number; readonly of: string; readonly count: number }[]> {
  const { where, parameters } = conditionsOf(wanted, [step])
  return reader.query(
    `SELECT start - start % CAST($5 AS BIGINT) AS start, ${by} AS of, CAST(SUM(count) AS BIGINT) AS count
       FROM activity_counts ${where} GROUP BY 1, 2`,
    ...parameters,
  )
}

/** The values that were counted most often, and how often. */
export async function sumByValue(
  reader: Reader,
  wanted: Wanted,
  limit: number,
): Promise<{ readonly value: string; readonly count: number }[]> {
  const { where, parameters } = conditionsOf(wanted)
  return reader.query(
    `SELECT value, CAST(SUM(count) AS BIGINT) AS count FROM activity_counts ${where}
       GROUP BY value ORDER BY 2 DESC, 1 LIMIT $${parameters.push(limit)}`,
    ...parameters,
  )
}

/** When the first bucket of a grain begins; null without any. */
export async function findFirstStart(reader: Reader, grain: number): Promise<number | null> {
  const [row] = await reader.query<{ start: number }>(
    'SELECT start FROM activity_counts WHERE grain = $1 ORDER BY start LIMIT 1',
    grain,
  )
  return row?.start ?? null
}

export async function deleteCountsBefore(tx: Transaction, grain: number, start: number): Promise<void> {
  await tx.query('DELETE FROM activity_counts WHERE grain = $1 AND start < $2', grain, start)
}

/** An address that was refused in a bucket. */
export interface RefusedAddressRow {
  readonly grain: number
  readonly start: number
  readonly address: string
  readonly count: number
  readonly surplus: number
}

/** The buckets of one length, from `from` on and before `to`. */
export interface Span {
  readonly grain: number
  readonly from: number
  readonly to: number
}

export async function findRefusedAddresses(
  reader: Reader,
  grain: number,
  start: number,
): Promise<RefusedAddressRow[]> {
  return reader.query(
    'SELECT * FROM activity_refusal_addresses WHERE grain = $1 AND start = $2',
    grain,
    start,
  )
}

const putAddresses = insertInto<keyof RefusedAddressRow>(
  'activity_refusal_addresses',
  ['grain', 'start', 'address', 'count', 'surplus'],
  'ON CONFLICT (grain, start, address) DO UPDATE SET count = excluded.count, surplus = excluded.surplus',
)

export async function putRefusedAddresses(
  tx: Transaction,
  rows: readonly RefusedAddressRow[],
): Promise<void> {
  await putAddresses(tx, rows)
}

const deleteAddresses = inBatches((size) => {
  const rows = Array.from(
    { length: size },
    (_, row) => `grain = $${row * 3 + 1} AND start = $${row * 3 + 2} AND address = $${row * 3 + 3}`,
  )
  return `DELETE FROM activity_refusal_addresses WHERE (${rows.join(') OR (')})`
})

export async function deleteRefusedAddresses(
  tx: Transaction,
  rows: readonly Pick<RefusedAddressRow, 'grain' | 'start' | 'address'>[],
): Promise<void> {
  await deleteAddresses(tx, rows, ({ grain, start, address }) => [grain, start, address])
}

export async function deleteRefusedAddressesBefore(tx: Transaction, start: number): Promise<void> {
  await tx.query('DELETE FROM activity_refusal_addresses WHERE start < $1', start)
}

/** The addresses that were refused most often in all of these spans. */
export async function sumRefusedAddresses(
  reader: Reader,
  spans: readonly Span[],
  limit: number,
): Promise<Pick<RefusedAddressRow, 'address' | 'count' | 'surplus'>[]> {
  if (spans.length === 0) return []
  const where = spans.map(
    (_, at) => `grain = $${at * 3 + 2} AND start >= $${at * 3 + 3} AND start < $${at * 3 + 4}`,
  )
  return reader.query(
    `SELECT address, CAST(SUM(count) AS BIGINT) AS count, CAST(SUM(surplus) AS BIGINT) AS surplus
       FROM activity_refusal_addresses WHERE (${where.join(') OR (')})
       GROUP BY address ORDER BY 2 DESC, 1 LIMIT $1`,
    limit,
    ...spans.flatMap(({ grain, from, to }) => [grain, from, to]),
  )
}

/** When a region was first seen for a person, or for the whole server. */
export interface SeenRegionRow {
  /** Empty for the whole server. */
  readonly subject: string
  readonly region: string
  readonly first_at: number
  /** 0 for the first region of all. */
  readonly is_new: number
}

export async function findSeenRegions(
  reader: Reader,
  subjects: readonly string[],
): Promise<Pick<SeenRegionRow, 'subject' | 'region'>[]> {
  if (subjects.length === 0) return []
  const places = subjects.map((_, at) => `$${at + 1}`).join(', ')
  return reader.query(
    `SELECT subject, region FROM activity_seen_regions WHERE subject IN (${places})`,
    ...subjects,
  )
}

const seeRegions = insertInto<keyof SeenRegionRow>('activity_seen_regions', [
  'subject',
  'region',
  'first_at',
  'is_new',
])

export async function insertSeenRegions(tx: Transaction, rows: readonly SeenRegionRow[]): Promise<void> {
  await seeRegions(tx, rows)
}

/** The newest first, from `from` on and before `to`. */
export async function findNewRegions(
  reader: Reader,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<SeenRegionRow[]> {
  return reader.query(
    `SELECT * FROM activity_seen_regions WHERE is_new = 1 AND first_at >= $1 AND first_at < $2
       ORDER BY first_at DESC, subject, region LIMIT $3`,
    from,
    to,
    limit,
  )
}

export async function deleteSeenRegionsOf(tx: Transaction, subject: string): Promise<void> {
  await tx.query('DELETE FROM activity_seen_regions WHERE subject = $1', subject)
}

/** So many devices were connected, to one process or (empty) to all of them. */
export interface OnlineRow {
  readonly grain: number
  readonly start: number
  readonly process: string
  readonly devices: number
}

export async function putOnline(
  tx: Transaction,
  { grain, start, process, devices }: OnlineRow,
): Promise<void> {
  await tx.query(
    `INSERT INTO activity_online (grain, start, process, devices) VALUES ($1, $2, $3, $4)
     ON CONFLICT (grain, start, process) DO UPDATE SET devices = excluded.devices`,
    grain,
    start,
    process,
    devices,
  )
}

/** What each process has told last, from `from` on. */
export async function findOnlineSince(reader: Reader, grain: number, from: number): Promise<OnlineRow[]> {
  return reader.query(
    'SELECT * FROM activity_online WHERE grain = $1 AND start >= $2 ORDER BY start',
    grain,
    from,
  )
}

/** The most that were connected at once in each bucket of `step` milliseconds of which there is a sample. */
export async function mostOnlineByBucket(
  reader: Reader,
  { grain, from, to }: { readonly grain: number; readonly from: number; readonly to: number },
  step: number,
): Promise<{ readonly start: number; readonly devices: number }[]> {
  return reader.query(
    `SELECT start - start % CAST($4 AS BIGINT) AS start, CAST(MAX(devices) AS BIGINT) AS devices FROM (
       SELECT start, SUM(devices) AS devices FROM activity_online
         WHERE grain = $1 AND start >= $2 AND start < $3 GROUP BY start
     ) AS told GROUP BY 1`,
    grain,
    from,
    to,
    step,
  )
}

export async function deleteOnlineBefore(tx: Transaction, grain: number, start: number): Promise<void> {
  await tx.query('DELETE FROM activity_online WHERE grain = $1 AND start < $2', grain, start)
}
