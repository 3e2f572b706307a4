import type { Reader, Transaction } from '../database/database.ts'

/** A sink, and how its deliveries go. Times are milliseconds since the epoch. */
export interface SinkRow {
  readonly name: string
  readonly kind: string
  /** Without anything secret. */
  readonly address: string
  readonly format: string
  /** When a process that has it in its settings last said so. */
  readonly seen_at: number
  readonly delivered_at: number | null
  /** Since when every delivery has failed; null if the last one did not. */
  readonly failing_since: number | null
  readonly last_error: string | null
  /** When the log was told that it has stalled; null if it has not. */
  readonly stalled_at: number | null
}

/** A sink, and how far behind it is. */
export interface SinkState extends SinkRow {
  readonly lagEvents: number
  /** When the oldest event was written that it does not have; null if it has all. */
  readonly lagSince: number | null
}

/** A sink is in the settings of a process. */
export async function upsertSink(
  tx: Transaction,
  { name, kind, address, format, seen_at }: Pick<SinkRow, 'name' | 'kind' | 'address' | 'format' | 'seen_at'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO sinks (name, kind, address, format, seen_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, address = excluded.address, format = excluded.format,
       seen_at = excluded.seen_at`,
    name,
    kind,
    address,
    format,
    seen_at,
  )
}

export async function findSinks(reader: Reader): Promise<SinkRow[]> {
  return reader.query<SinkRow>('SELECT * FROM sinks ORDER BY name')
}

export async function noteDelivered(tx: Transaction, name: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE sinks SET delivered_at = $2, failing_since = NULL, last_error = NULL WHERE name = $1',
    name,
    at,
  )
}

export async function noteFailed(tx: Transaction, name: string, error: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE sinks SET failing_since = coalesce(failing_since, $3), last_error = $2 WHERE name = $1',
    name,
    error,
    at,
  )
}

/** Note that a sink has failed since `before` or earlier. Of any number of processes, one is told that it has stalled now. */
export async function noteStalled(
  tx: Transaction,
  name: string,
  before: number,
  at: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE sinks SET stalled_at = $3
     WHERE name = $1 AND stalled_at IS NULL AND failing_since <= $2 RETURNING name`,
    name,
    before,
    at,
  )
  return rows.length > 0
}

/** When it had stalled; undefined if it had not. */
export async function noteRecovered(tx: Transaction, name: string): Promise<number | undefined> {
  const [row] = await tx.query<{ stalled_at: number }>(
    'SELECT stalled_at FROM sinks WHERE name = $1 AND stalled_at IS NOT NULL',
    name,
  )
  if (!row) return undefined
  await tx.query('UPDATE sinks SET stalled_at = NULL WHERE name = $1', name)
  return row.stalled_at
}

/** Sinks that no process has had in its settings since then. */
export async function deleteSinksUnseen(tx: Transaction, since: number): Promise<string[]> {
  const rows = await tx.query<{ name: string }>('DELETE FROM sinks WHERE seen_at < $1 RETURNING name', since)
  return rows.map(({ name }) => name).sort()
}
