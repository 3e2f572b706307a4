import type { Reader, Transaction } from '../../database/database.ts'

/** How far a consumer has come: the place of the event that it reads next. */
export interface ConsumerRow {
  readonly name: string
  readonly seq: number
  /** When it last moved, in milliseconds since the epoch. */
  readonly moved_at: number
}

/** Its row, held until the transaction ends; made at `start` if there is none. */
export async function holdConsumer(
  tx: Transaction,
  { name, start, now }: { readonly name: string; readonly start: number; readonly now: number },
): Promise<ConsumerRow> {
  const [row] = await tx.query<ConsumerRow>(
    `INSERT INTO activity_consumers (name, seq, moved_at) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET seq = activity_consumers.seq RETURNING name, seq, moved_at`,
    name,
    start,
    now,
  )
  return row!
}

export async function moveConsumer(tx: Transaction, name: string, seq: number, now: number): Promise<void> {
  await tx.query('UPDATE activity_consumers SET seq = $2, moved_at = $3 WHERE name = $1', name, seq, now)
}

export async function findConsumers(reader: Reader): Promise<ConsumerRow[]> {
  return reader.query<ConsumerRow>('SELECT name, seq, moved_at FROM activity_consumers ORDER BY name')
}
