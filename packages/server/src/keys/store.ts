import type { Reader, Transaction } from '../database/database.ts'
import type { SealedRow } from '../secrets/resealing.ts'

export type KeyStatus = 'next' | 'active' | 'retired'

export interface SigningKeyRow {
  readonly kid: string
  readonly algorithm: string
  readonly status: KeyStatus
  readonly public_jwk: string
  readonly private_sealed: string
  readonly created_at: number
  readonly activated_at: number | null
  readonly retired_at: number | null
  /** A key that was revoked is retired as well, and is in no key set. */
  readonly revoked_at: number | null
}

/**
 * Newest first. Keys that retired before `retiredSince` have outlived every token that they signed, but for API keys, which are
 * written by their own part: of those, whatever ended before `endedSince` is over.
 */
export async function findSigningKeys(
  reader: Reader,
  retiredSince: number,
  endedSince: number,
): Promise<SigningKeyRow[]> {
  return reader.query<SigningKeyRow>(
    `SELECT * FROM signing_keys s WHERE retired_at IS NULL OR retired_at > $1 OR EXISTS
       (SELECT 1 FROM api_keys k WHERE k.kid = s.kid AND k.revoked_at IS NULL AND k.ends_at > $2)
      ORDER BY created_at DESC, kid`,
    retiredSince,
    endedSince,
  )
}

/** What a key of ours has signed of API keys that may be used, and when the last of them ends. */
export interface SignedApiKeys {
  readonly kid: string
  readonly count: number
  readonly until: number
}

/** Of every key that has signed any, of whatever service or of the server itself. */
export async function findSignedApiKeys(reader: Reader, now: number): Promise<SignedApiKeys[]> {
  return reader.query<SignedApiKeys>(
    `SELECT kid, COUNT(*) AS count, MAX(ends_at) AS until FROM api_keys
      WHERE revoked_at IS NULL AND ends_at > $1 GROUP BY kid ORDER BY kid`,
    now,
  )
}

/** Lock a key that is not revoked until the transaction ends. */
export async function holdSigningKey(tx: Transaction, kid: string): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE signing_keys SET kid = kid WHERE kid = $1 AND revoked_at IS NULL RETURNING kid',
    kid,
  )
  return rows.length === 1
}

export async function insertSigningKey(tx: Transaction, key: SigningKeyRow): Promise<void> {
  await tx.query(
    `INSERT INTO signing_keys (kid, algorithm, status, public_jwk, private_sealed, created_at, activated_at, retired_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    key.kid,
    key.algorithm,
    key.status,
    key.public_jwk,
    key.private_sealed,
    key.created_at,
    key.activated_at,
    key.retired_at,
  )
}

/**
 * Hold the keys of `algorithm` until the transaction ends. Without it two rotations at once would each retire
 * the same key and each activate another.
 */
export async function holdKeys(tx: Transaction, algorithm: string): Promise<void> {
  await tx.query(
    `UPDATE signing_keys SET status = status WHERE algorithm = $1 AND status <> 'retired'`,
    algorithm,
  )
}

/** Retire the key that signs, if it began to sign at `activeSince` or before. Of any number at once, one finds it. */
export async function retireActiveKeys(
  tx: Transaction,
  algorithm: string,
  now: number,
  activeSince = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  const retired = await tx.query(
    `UPDATE signing_keys SET status = 'retired', retired_at = $2
      WHERE algorithm = $1 AND status = 'active' AND activated_at <= $3 RETURNING kid`,
    algorithm,
    now,
    activeSince,
  )
  return retired.length > 0
}

/** Revoke a key, whatever its state, which it keeps. Of any number at once, one finds it; undefined for the others. */
export async function revokeKey(
  tx: Transaction,
  kid: string,
  now: number,
): Promise<Pick<SigningKeyRow, 'algorithm' | 'status'> | undefined> {
  const [row] = await tx.query<Pick<SigningKeyRow, 'algorithm' | 'status'>>(
    `UPDATE signing_keys SET revoked_at = $2 WHERE kid = $1 AND revoked_at IS NULL
     RETURNING algorithm, status`,
    kid,
    now,
  )
  return row
}

export async function retireKey(tx: Transaction, kid: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE signing_keys SET status = 'retired', retired_at = COALESCE(retired_at, $2) WHERE kid = $1`,
    kid,
    now,
  )
}

export async function activateNextKeys(tx: Transaction, algorithm: string, now: number): Promise<string[]> {
  const rows = await tx.query<{ kid: string }>(
    `UPDATE signing_keys SET status = 'active', activated_at = $2 WHERE algorithm = $1 AND status = 'next' RETURNING kid`,
    algorithm,
    now,
  )
  return rows.map(({ kid }) => kid)
}

/** The longest life, in seconds, that tokens for any service have had, which services write; 0 if none is longer than ours. */
export async function findLongestLife(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ longest: number | null }>(
    'SELECT MAX(longest_life_seconds) AS longest FROM services',
  )
  return row?.longest ?? 0
}

export async function findSealedKeys(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT kid AS id, private_sealed AS sealed FROM signing_keys WHERE kid > $1 ORDER BY kid LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedKey(tx: Transaction, row: SealedRow, sealed: string): Promise<boolean> {
  const replaced = await tx.query(
    'UPDATE signing_keys SET private_sealed = $3 WHERE kid = $1 AND private_sealed = $2 RETURNING kid',
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
