import type { Reader, Transaction } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'
import type { SealedRow } from '../secrets/resealing.ts'

export const streamStatuses = ['enabled', 'paused', 'disabled'] as const
export type StreamStatus = (typeof streamStatuses)[number]

/** A stream of shared signals to an application. Times are milliseconds since the epoch. */
export interface StreamRow {
  readonly id: string
  readonly application: string
  readonly description: string | null
  /** The types of events that the receiver asked for; it gets those of them that there are. */
  readonly requested: readonly string[]
  readonly method: 'push' | 'poll'
  /** Where is pushed to; null for one that is polled. */
  readonly endpoint: string | null
  /** The header `Authorization` with which is pushed. */
  readonly authorization_sealed: string | null
  readonly status: StreamStatus
  readonly status_reason: string | null
  /** Whether an administrator has stopped it, which the receiver does not change. */
  readonly is_stopped: boolean
  readonly created_at: number
  readonly verified_at: number | null
}

const columns = [
  'id',
  'application',
  'description',
  'requested',
  'method',
  'endpoint',
  'authorization_sealed',
  'status',
  'status_reason',
  'is_stopped',
  'created_at',
  'verified_at',
] as const
const insertRows = insertInto('signal_streams', columns)

export async function insertStream(tx: Transaction, row: StreamRow): Promise<void> {
  await insertRows(tx, [written(row)])
}

export async function findStream(reader: Reader, id: string): Promise<StreamRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM signal_streams WHERE id = $1', id)
  return row && read(row)
}

/** The streams of an application, oldest first. */
export async function findStreams(reader: Reader, application: string): Promise<StreamRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM signal_streams WHERE application = $1 ORDER BY id',
    application,
  )
  return rows.map(read)
}

/** A stream of an application, held until the transaction ends. */
export async function holdStream(
  tx: Transaction,
  application: string,
  id: string,
): Promise<StreamRow | undefined> {
  const [row] = await tx.query<Stored>(
    'UPDATE signal_streams SET status = status WHERE id = $1 AND application = $2 RETURNING *',
    id,
    application,
  )
  return row && read(row)
}

const changing = columns.filter((name) => !['id', 'application', 'created_at'].includes(name))
const updateSql = `UPDATE signal_streams SET ${changing
  .map((name, at) => `${name} = $${at + 2}`)
  .join(', ')} WHERE id = $1`

export async function updateStream(tx: Transaction, row: StreamRow): Promise<void> {
  const values = written(row)
  await tx.query(updateSql, row.id, ...changing.map((name) => values[name]))
}

export async function deleteStream(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM signal_streams WHERE id = $1', id)
}

/** Exclude a person, by the subject that the receiver knows, if so many are not excluded already. */
export async function insertExclusion(
  tx: Transaction,
  stream: string,
  subject: string,
  most: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO signal_exclusions (stream, subject) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)
      WHERE (SELECT COUNT(*) FROM signal_exclusions WHERE stream = $1) < $3 ON CONFLICT (stream, subject) DO NOTHING`,
    stream,
    subject,
    most,
  )
}

export async function deleteExclusion(tx: Transaction, stream: string, subject: string): Promise<void> {
  await tx.query('DELETE FROM signal_exclusions WHERE stream = $1 AND subject = $2', stream, subject)
}

/** Forget that anybody wants to hear nothing of a person. */
export async function forgetExcluded(tx: Transaction, subject: string): Promise<void> {
  await tx.query('DELETE FROM signal_exclusions WHERE subject = $1', subject)
}

export async function isExcluded(reader: Reader, stream: string, subject: string): Promise<boolean> {
  const rows = await reader.query(
    'SELECT 1 AS one FROM signal_exclusions WHERE stream = $1 AND subject = $2',
    stream,
    subject,
  )
  return rows.length === 1
}

export async function findSealedAuthorizations(
  reader: Reader,
  after: string,
  most: number,
): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    `SELECT id, authorization_sealed AS sealed FROM signal_streams
      WHERE id > $1 AND authorization_sealed IS NOT NULL ORDER BY id LIMIT $2`,
    after,
    most,
  )
}

export async function replaceSealedAuthorization(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const replaced = await tx.query(
    `UPDATE signal_streams SET authorization_sealed = $3 WHERE id = $1 AND authorization_sealed = $2
      RETURNING id`,
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}

/** As the table holds it. */
type Stored = Omit<StreamRow, 'requested' | 'is_stopped'> & {
  readonly requested: string
  readonly is_stopped: number
}

function written(row: StreamRow): Stored {
  return { ...row, requested: row.requested.join(' '), is_stopped: Number(row.is_stopped) }
}

function read(row: Stored): StreamRow {
  return {
    ...row,
    requested: row.requested.split(' ').filter(Boolean),
    is_stopped: row.is_stopped === 1,
  }
}
