import type { Reader, Transaction } from '../../../database/database.ts'

/** What a witness has been told. Times are milliseconds since the epoch. */
export interface WitnessRow {
  readonly url: string
  readonly size: number
  readonly told_at: number | null
  readonly asked_at: number
  readonly last_error: string | null
}

export async function findWitnesses(reader: Reader): Promise<WitnessRow[]> {
  return reader.query<WitnessRow>('SELECT * FROM activity_witnesses ORDER BY url')
}

/** What asking a witness has come to; its signature counts by {@link advanceWitness}. */
export async function putWitness(tx: Transaction, row: WitnessRow): Promise<void> {
  await tx.query(
    `INSERT INTO activity_witnesses (url, size, told_at, asked_at, last_error) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (url) DO UPDATE SET size = excluded.size, told_at = excluded.told_at,
       asked_at = excluded.asked_at, last_error = excluded.last_error`,
    row.url,
    row.size,
    row.told_at,
    row.asked_at,
    row.last_error,
  )
}

/** Note that a witness has signed a checkpoint. True for one call of all that tell of the same one. */
export async function advanceWitness(
  tx: Transaction,
  { url, size, now }: { readonly url: string; readonly size: number; readonly now: number },
): Promise<boolean> {
  const advanced = await tx.query(
    `INSERT INTO activity_witnesses (url, size, told_at, asked_at, last_error) VALUES ($1, $2, $3, $3, NULL)
     ON CONFLICT (url) DO UPDATE SET size = excluded.size, told_at = excluded.told_at,
       asked_at = excluded.asked_at, last_error = NULL
       WHERE activity_witnesses.size < excluded.size
     RETURNING url`,
    url,
    size,
    now,
  )
  return advanced.length > 0
}

/** The newest checkpoint that was cosigned of the log of another. */
export interface WitnessedRow {
  readonly origin: string
  readonly size: number
  readonly note: string
  readonly at: number
}

export async function findWitnessed(reader: Reader, origin: string): Promise<WitnessedRow | undefined> {
  const [row] = await reader.query<WitnessedRow>('SELECT * FROM witnessed_logs WHERE origin = $1', origin)
  return row
}

/** Take a checkpoint as the newest one, if that of before has this size still. Of any number at once, one succeeds. */
export async function putWitnessed(tx: Transaction, row: WitnessedRow, oldSize: number): Promise<boolean> {
  const put = await tx.query(
    `INSERT INTO witnessed_logs (origin, size, note, at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note, at = excluded.at
       WHERE witnessed_logs.size = $5
     RETURNING origin`,
    row.origin,
    row.size,
    row.note,
    row.at,
    oldSize,
  )
  return put.length > 0
}
