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

/** A consumer that one process holds for a time. */
export interface LeasedRow extends ConsumerRow {
  /** The process that delivers; null if none does. */
  readonly holder: string | null
  readonly held_until: number
}

export async function findLeased(reader: Reader, name: string): Promise<LeasedRow | undefined> {
  const [row] = await reader.query<LeasedRow>('SELECT * FROM activity_consumers WHERE name = $1', name)
  return row
}

/**
 * Hold a consumer until a time, made at `start` if there is none: of any number of processes at once, one does. Undefined while
 * another one holds it.
 */
export async function leaseConsumer(
  tx: Transaction,
  lease: {
    readonly name: string
    readonly start: number
    readonly holder: string
    readonly now: number
    readonly until: number
  },
): Promise<number | undefined> {
  const [row] = await tx.query<{ seq: number }>(
    `INSERT INTO activity_consumers (name, seq, moved_at, holder, held_until) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
     WHERE activity_consumers.holder IS NULL OR activity_consumers.holder = excluded.holder
       OR activity_consumers.held_until <= excluded.moved_at
     RETURNING seq`,
    lease.name,
    lease.start,
    lease.now,
    lease.holder,
    lease.until,
  )
  return row?.seq
}

/** Move a consumer that this process still holds, and hold it until another time. Whether it did. */
export async function moveLeased(
  tx: Transaction,
  moved: {
    readonly name: string
    readonly holder: string
    readonly seq: number
    readonly now: number
    readonly until: number
  },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE activity_consumers SET seq = $3, moved_at = $4, held_until = $5
     WHERE name = $1 AND holder = $2 RETURNING name`,
    moved.name,
    moved.holder,
    moved.seq,
    moved.now,
    moved.until,
  )
  return rows.length > 0
}

/** Let another process have it. */
export async function releaseConsumer(tx: Transaction, name: string, holder: string): Promise<void> {
  await tx.query(
    'UPDATE activity_consumers SET holder = NULL, held_until = 0 WHERE name = $1 AND holder = $2',
    name,
    holder,
  )
}

export async function deleteConsumer(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM activity_consumers WHERE name = $1', name)
}

/** A segment of the archive that a consumer has passed over because it cannot be read. */
export interface DamageRow {
  /** Its name. */
  readonly segment: string
  readonly consumer: string
  readonly segment_id: number
  /** Its places: [first, until). */
  readonly first: number
  readonly until: number
  readonly says: string
  readonly found_at: number
}

/** @returns false if this consumer knows it already */
export async function insertDamage(tx: Transaction, row: DamageRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO activity_damage (segment, consumer, segment_id, first, until, says, found_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (segment, consumer) DO NOTHING RETURNING segment`,
    row.segment,
    row.consumer,
    row.segment_id,
    row.first,
    row.until,
    row.says,
    row.found_at,
  )
  return rows.length > 0
}

/** In the order of their places. */
export async function findDamage(reader: Reader, limit: number): Promise<DamageRow[]> {
  return reader.query<DamageRow>(
    'SELECT * FROM activity_damage ORDER BY first, segment, consumer LIMIT $1',
    limit,
  )
}

/** @returns false if another process was there before */
export async function deleteDamage(tx: Transaction, segment: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM activity_damage WHERE segment = $1 RETURNING segment', segment)
  return rows.length > 0
}
