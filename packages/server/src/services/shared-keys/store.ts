import type { Reader, Transaction } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'
import type { SharedAlgorithm } from '../../tokens/profiles/profile.ts'

export interface SharedKeyRow {
  readonly kid: string
  readonly service: string
  readonly algorithm: SharedAlgorithm
  readonly secret_sealed: string
  readonly created_at: number
  /** From when on it signs. */
  readonly starts_at: number
  /** From when on neither side should know it; null while none has taken its place. */
  readonly ends_at: number | null
  /** When it last signed, or a little later. */
  readonly last_used_at: number | null
}

export async function insertSharedKey(tx: Transaction, key: SharedKeyRow): Promise<void> {
  await tx.query(
    `INSERT INTO shared_keys (kid, service, algorithm, secret_sealed, created_at, starts_at, ends_at, last_used_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    key.kid,
    key.service,
    key.algorithm,
    key.secret_sealed,
    key.created_at,
    key.starts_at,
    key.ends_at,
    key.last_used_at,
  )
}

/** Those of a service that are not over, the newest first. */
export async function findSharedKeys(reader: Reader, service: string, now: number): Promise<SharedKeyRow[]> {
  return reader.query<SharedKeyRow>(
    `SELECT * FROM shared_keys WHERE service = $1 AND (ends_at IS NULL OR ends_at > $2)
      ORDER BY starts_at DESC, kid DESC`,
    service,
    now,
  )
}

/** A key by its id, which is not over. */
export async function findSharedKey(
  reader: Reader,
  kid: string,
  now: number,
): Promise<SharedKeyRow | undefined> {
  const [row] = await reader.query<SharedKeyRow>(
    'SELECT * FROM shared_keys WHERE kid = $1 AND (ends_at IS NULL OR ends_at > $2)',
    kid,
    now,
  )
  return row
}

/** Let the keys of a service end that have no end yet. */
export async function endSharedKeys(tx: Transaction, service: string, at: number): Promise<void> {
  await tx.query('UPDATE shared_keys SET ends_at = $2 WHERE service = $1 AND ends_at IS NULL', service, at)
}

/** True if the service had it. */
export async function deleteSharedKey(tx: Transaction, service: string, kid: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM shared_keys WHERE service = $1 AND kid = $2 RETURNING kid',
    service,
    kid,
  )
  return rows.length === 1
}

/** Take the end from the keys of a service that are not over: nothing takes their place any more. */
export async function keepSharedKeys(tx: Transaction, service: string, now: number): Promise<void> {
  await tx.query('UPDATE shared_keys SET ends_at = NULL WHERE service = $1 AND ends_at > $2', service, now)
}

export async function deleteEndedSharedKeys(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM shared_keys WHERE ends_at <= $1', now)
}

/** Another process may have noted a later use. */
export async function noteSharedKeyUse(tx: Transaction, kid: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE shared_keys SET last_used_at = $2 WHERE kid = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
    kid,
    at,
  )
}

/** By the id of the key and its service: what is sealed is for both. */
export async function findSealedSharedKeys(
  reader: Reader,
  after: string,
  most: number,
): Promise<SealedRow[]> {
  const [kid = ''] = after.split(' ')
  return reader.query<SealedRow>(
    `SELECT kid || ' ' || service AS id, secret_sealed AS sealed FROM shared_keys
      WHERE kid > $1 ORDER BY kid LIMIT $2`,
    kid,
    most,
  )
}

export async function replaceSealedSharedKey(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const [kid = ''] = row.id.split(' ')
  const replaced = await tx.query(
    'UPDATE shared_keys SET secret_sealed = $3 WHERE kid = $1 AND secret_sealed = $2 RETURNING kid',
    kid,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
