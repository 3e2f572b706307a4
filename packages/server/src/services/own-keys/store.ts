import type { Reader, Transaction } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'
import type { KeyAlgorithm } from '../../tokens/profiles/profile.ts'

/** A key pair by which the tokens for one service are signed, and no others. */
export interface ServiceKeyRow {
  readonly kid: string
  readonly service: string
  readonly algorithm: KeyAlgorithm
  readonly status: 'next' | 'active' | 'retired'
  readonly public_jwk: string
  readonly private_sealed: string
  readonly created_at: number
  readonly activated_at: number | null
  readonly retired_at: number | null
  /** When it last signed, or a little later. */
  readonly last_used_at: number | null
  /** A key that was revoked is retired as well, and is in no key set. */
  readonly revoked_at: number | null
}

/** False where the service has a key of this status already: another process was first. */
export async function insertServiceKey(tx: Transaction, key: ServiceKeyRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO service_keys (kid, service, algorithm, status, public_jwk, private_sealed, created_at, activated_at,
       retired_at, last_used_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING kid`,
    key.kid,
    key.service,
    key.algorithm,
    key.status,
    key.public_jwk,
    key.private_sealed,
    key.created_at,
    key.activated_at,
    key.retired_at,
    key.last_used_at,
  )
  return rows.length === 1
}

/**
 * Newest first. Keys that retired before `retiredSince` have outlived every token that they signed, but for API keys, which are
 * written by their own part: of those, whatever ended before `endedSince` is over.
 */
export async function findServiceKeys(
  reader: Reader,
  service: string,
  retiredSince: number,
  endedSince: number,
): Promise<ServiceKeyRow[]> {
  return reader.query<ServiceKeyRow>(
    `SELECT * FROM service_keys s WHERE service = $1 AND (retired_at IS NULL OR retired_at > $2 OR EXISTS
       (SELECT 1 FROM api_keys k WHERE k.kid = s.kid AND k.revoked_at IS NULL AND k.ends_at > $3))
      ORDER BY created_at DESC, kid`,
    service,
    retiredSince,
    endedSince,
  )
}

/** The key that signs for a service now. */
export async function findActiveServiceKey(
  reader: Reader,
  service: string,
): Promise<ServiceKeyRow | undefined> {
  const [row] = await reader.query<ServiceKeyRow>(
    `SELECT * FROM service_keys WHERE service = $1 AND status = 'active'`,
    service,
  )
  return row
}

/** A key by its id, whatever its state. */
export async function findServiceKey(reader: Reader, kid: string): Promise<ServiceKeyRow | undefined> {
  const [row] = await reader.query<ServiceKeyRow>('SELECT * FROM service_keys WHERE kid = $1', kid)
  return row
}

/** Retire the active key of a service. */
export async function retireActiveServiceKey(tx: Transaction, service: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE service_keys SET status = 'retired', retired_at = $2 WHERE service = $1 AND status = 'active'`,
    service,
    now,
  )
}

/** The next key of a service signs from now on. Its kid. */
export async function activateNextServiceKey(
  tx: Transaction,
  service: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ kid: string }>(
    `UPDATE service_keys SET status = 'active', activated_at = $2 WHERE service = $1 AND status = 'next' RETURNING kid`,
    service,
    now,
  )
  return row?.kid
}

/** Revoke a key of a service, whatever its state, which it keeps. Of any number at once, one finds it; undefined for the others. */
export async function revokeServiceKey(
  tx: Transaction,
  service: string,
  kid: string,
  now: number,
): Promise<Pick<ServiceKeyRow, 'status'> | undefined> {
  const [row] = await tx.query<Pick<ServiceKeyRow, 'status'>>(
    `UPDATE service_keys SET revoked_at = $3 WHERE service = $1 AND kid = $2 AND revoked_at IS NULL
     RETURNING status`,
    service,
    kid,
    now,
  )
  return row
}

/** Retire one key, if it is not retired. */
export async function retireServiceKey(tx: Transaction, kid: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE service_keys SET status = 'retired', retired_at = COALESCE(retired_at, $2) WHERE kid = $1`,
    kid,
    now,
  )
}

/** Retire whatever keys of a service sign or are to sign. */
export async function retireServiceKeys(tx: Transaction, service: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE service_keys SET status = 'retired', retired_at = $2 WHERE service = $1 AND status <> 'retired'`,
    service,
    now,
  )
}

/** Another process may have noted a later use. */
export async function noteServiceKeyUse(tx: Transaction, kid: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE service_keys SET last_used_at = $2 WHERE kid = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
    kid,
    at,
  )
}

/** By the id of the key and its service: what is sealed is for both. */
export async function findSealedServiceKeys(
  reader: Reader,
  after: string,
  most: number,
): Promise<SealedRow[]> {
  const [kid = ''] = after.split(' ')
  return reader.query<SealedRow>(
    `SELECT kid || ' ' || service AS id, private_sealed AS sealed FROM service_keys
      WHERE kid > $1 ORDER BY kid LIMIT $2`,
    kid,
    most,
  )
}

export async function replaceSealedServiceKey(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const [kid = ''] = row.id.split(' ')
  const rows = await tx.query(
    'UPDATE service_keys SET private_sealed = $3 WHERE kid = $1 AND private_sealed = $2 RETURNING kid',
    kid,
    row.sealed,
    sealed,
  )
  return rows.length === 1
}
