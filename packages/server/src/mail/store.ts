import type { Reader, Transaction } from '../database/database.ts'
import type { SealedRow } from '../secrets/resealing.ts'

/** A letter that waits to be sent. */
export interface OutboxRow {
  readonly id: string
  /** What it is about, for the log: `recovery` … Never what it says. */
  readonly letter: string
  /** The account that it is about. */
  readonly user_id: string | null
  /** Address and text, sealed by the master key. */
  readonly sealed: string
  readonly created_at: number
  /** It is not sent from this moment on. */
  readonly until_at: number
  /** Attempts that have begun. */
  readonly attempts: number
  /** No attempt is made before. While one is made, this is when another may take it over. */
  readonly next_at: number
  readonly last_error: string | null
}

export async function insertLetter(tx: Transaction, row: OutboxRow): Promise<void> {
  await tx.query(
    `INSERT INTO mail_outbox (id, letter, user_id, sealed, created_at, until_at, attempts, next_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.id,
    row.letter,
    row.user_id,
    row.sealed,
    row.created_at,
    row.until_at,
    row.attempts,
    row.next_at,
  )
}

/**
 * Take letters that are due, for this process alone: until `leaseUntil` nobody else finds them. Of two processes that ask at
 * once, the second waits for the rows and then finds that they are not due any more.
 */
export async function takeLetters(
  tx: Transaction,
  now: number,
  leaseUntil: number,
  most: number,
): Promise<OutboxRow[]> {
  return tx.query<OutboxRow>(
    `UPDATE mail_outbox SET next_at = $2, attempts = attempts + 1
      WHERE next_at <= $1
        AND id IN (SELECT id FROM mail_outbox WHERE next_at <= $1 AND until_at > $1 ORDER BY next_at, id LIMIT $3)
      RETURNING *`,
    now,
    leaseUntil,
    most,
  )
}

/** Remove a letter, by whoever made this attempt. True if it was still theirs. */
export async function removeLetter(tx: Transaction, id: string, attempts: number): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM mail_outbox WHERE id = $1 AND attempts = $2 RETURNING id',
    id,
    attempts,
  )
  return rows.length === 1
}

/** Note that the mail server takes letters, or since when it does not. */
export async function noteServer(tx: Transaction, takesLetters: boolean, now: number): Promise<void> {
  if (takesLetters) {
    await tx.query('DELETE FROM mail_server')
    return
  }
  await tx.query(
    'INSERT INTO mail_server (one, failed_since) VALUES (1, $1) ON CONFLICT (one) DO NOTHING',
    now,
  )
}

/** Whether the mail server failed when it was last tried. */
export async function hasServerFailed(reader: Reader): Promise<boolean> {
  return (await reader.query('SELECT 1 AS found FROM mail_server')).length === 1
}

export async function delayLetter(
  tx: Transaction,
  { id, attempts }: { readonly id: string; readonly attempts: number },
  nextAt: number,
  error: string,
): Promise<void> {
  await tx.query(
    'UPDATE mail_outbox SET next_at = $3, last_error = $4 WHERE id = $1 AND attempts = $2',
    id,
    attempts,
    nextAt,
    error,
  )
}

/** Remove letters whose time is over. Each is given to one caller. */
export async function removeOverdue(tx: Transaction, now: number): Promise<OutboxRow[]> {
  return tx.query<OutboxRow>('DELETE FROM mail_outbox WHERE until_at <= $1 RETURNING *', now)
}

/** What waits, newest first. */
export async function findLetters(reader: Reader, limit: number): Promise<OutboxRow[]> {
  return reader.query<OutboxRow>('SELECT * FROM mail_outbox ORDER BY id DESC LIMIT $1', limit)
}

export async function countLetters(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>('SELECT COUNT(*) AS count FROM mail_outbox')
  return row?.count ?? 0
}

/**
 * Take one letter of those that may be sent in a time: each fills a bucket by `costMs`, which empties as time goes by. False if
 * the bucket is full.
 */
export async function fillLimit(
  tx: Transaction,
  about: string,
  { now, costMs, sizeMs }: { now: number; costMs: number; sizeMs: number },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO mail_limits (about, full_until) VALUES ($1, $2)
     ON CONFLICT (about) DO UPDATE SET full_until =
       CASE WHEN mail_limits.full_until > $3 THEN mail_limits.full_until + $4 ELSE $2 END
     WHERE mail_limits.full_until <= $5 RETURNING about`,
    about,
    now + costMs,
    now,
    costMs,
    now + sizeMs - costMs,
  )
  return rows.length === 1
}

export async function findLimit(reader: Reader, about: string): Promise<number | undefined> {
  const [row] = await reader.query<{ full_until: number }>(
    'SELECT full_until FROM mail_limits WHERE about = $1',
    about,
  )
  return row?.full_until
}

export async function sweepLimits(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM mail_limits WHERE full_until <= $1', now)
}

export async function findSealedLetters(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT id, sealed FROM mail_outbox WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedLetter(tx: Transaction, row: SealedRow, sealed: string): Promise<boolean> {
  const replaced = await tx.query(
    'UPDATE mail_outbox SET sealed = $3 WHERE id = $1 AND sealed = $2 RETURNING id',
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
