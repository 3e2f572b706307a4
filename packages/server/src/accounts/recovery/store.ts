import type { Reader, Transaction } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'

/** Somebody has asked for a new password. It is looked at later, so that asking takes the same for every name. */
export interface RequestRow {
  readonly id: string
  readonly sealed: string
  readonly created_at: number
}

export async function insertRequest(tx: Transaction, { id, sealed, created_at }: RequestRow): Promise<void> {
  await tx.query(
    'INSERT INTO recovery_requests (id, sealed, created_at) VALUES ($1, $2, $3)',
    id,
    sealed,
    created_at,
  )
}

/** The oldest request, for this caller alone. */
export async function takeRequest(tx: Transaction): Promise<RequestRow | undefined> {
  const [row] = await tx.query<RequestRow>(
    'DELETE FROM recovery_requests WHERE id = (SELECT MIN(id) FROM recovery_requests) RETURNING *',
  )
  return row
}

export async function insertRecovery(
  tx: Transaction,
  recovery: { secretHash: string; userId: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO recoveries (secret_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)',
    recovery.secretHash,
    recovery.userId,
    recovery.createdAt,
    recovery.expiresAt,
  )
}

/** Use a link. The user's id for exactly one caller, ever. */
export async function useRecovery(
  tx: Transaction,
  secretHash: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ user_id: string }>(
    `UPDATE recoveries SET used_at = $2
      WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id`,
    secretHash,
    now,
  )
  return row?.user_id
}

/** The id of the user of an open link. */
export async function findRecoveringUser(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await reader.query<{ user_id: string }>(
    'SELECT user_id FROM recoveries WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2',
    secretHash,
    now,
  )
  return row?.user_id
}

/** A new password ends every other link by which one could be set. */
export async function endRecoveries(tx: Transaction, userId: string, now: number): Promise<void> {
  await tx.query('UPDATE recoveries SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL', userId, now)
}

export async function sweepRecoveries(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM recoveries WHERE expires_at <= $1', now)
}

export async function findSealedRequests(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT id, sealed FROM recovery_requests WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedRequest(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const replaced = await tx.query(
    'UPDATE recovery_requests SET sealed = $3 WHERE id = $1 AND sealed = $2 RETURNING id',
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
