import type { Reader, Transaction } from '../database/database.ts'

export async function insertFamily(
  tx: Transaction,
  family: {
    id: string
    sessionId: string
    clientId: string | null
    createdAt: number
    absoluteExpiresAt: number
    keyThumbprint: string | null
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO refresh_families (id, session_id, client_id, created_at, absolute_expires_at, key_thumbprint)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    family.id,
    family.sessionId,
    family.clientId,
    family.createdAt,
    family.absoluteExpiresAt,
    family.keyThumbprint,
  )
}

export async function insertRefreshToken(
  tx: Transaction,
  token: { hash: string; familyId: string; generation: number; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO refresh_tokens (hash, family_id, generation, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
    token.hash,
    token.familyId,
    token.generation,
    token.createdAt,
    token.expiresAt,
  )
}

export interface RefreshTokenRow {
  readonly family_id: string
  readonly generation: number
  readonly expires_at: number
  readonly used_at: number | null
  readonly successor_sealed: string | null
  readonly session_id: string
  readonly client_id: string | null
  readonly absolute_expires_at: number
  readonly ended_at: number | null
  readonly key_thumbprint: string | null
  readonly newest_used: number
}

/** A refresh token with its family, and how far the family has been used: the newest generation with a use. */
export async function findRefreshToken(reader: Reader, hash: string): Promise<RefreshTokenRow | undefined> {
  const [row] = await reader.query<RefreshTokenRow>(
    `SELECT t.family_id, t.generation, t.expires_at, t.used_at, t.successor_sealed,
            f.session_id, f.client_id, f.absolute_expires_at, f.ended_at, f.key_thumbprint,
            (SELECT COALESCE(MAX(u.generation), -1) FROM refresh_tokens u
              WHERE u.family_id = t.family_id AND u.used_at IS NOT NULL) AS newest_used
       FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
      WHERE t.hash = $1`,
    hash,
  )
  return row
}

/** Use a refresh token. True for exactly one caller, ever. */
export async function useRefreshToken(
  tx: Transaction,
  hash: string,
  now: number,
  successorSealed: string,
): Promise<boolean> {
  const used = await tx.query(
    `UPDATE refresh_tokens SET used_at = $2, successor_sealed = $3 WHERE hash = $1 AND used_at IS NULL RETURNING hash`,
    hash,
    now,
    successorSealed,
  )
  return used.length === 1
}

export async function endFamiliesOfSession(
  tx: Transaction,
  sessionId: string,
  now: number,
  reason: string,
): Promise<void> {
  await tx.query(
    'UPDATE refresh_families SET ended_at = $2, end_reason = $3 WHERE session_id = $1 AND ended_at IS NULL',
    sessionId,
    now,
    reason,
  )
}

/** Use a proof, by the hash of its key and id. True for exactly one caller until it is deleted. */
export async function useProof(tx: Transaction, hash: string, expiresAt: number): Promise<boolean> {
  const used = await tx.query(
    'INSERT INTO used_proofs (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING hash',
    hash,
    expiresAt,
  )
  return used.length === 1
}

export async function deleteExpiredProofs(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM used_proofs WHERE expires_at <= $1', now)
}

export interface RevocationRow {
  readonly id: string
  readonly key: string
  readonly kind: string
  readonly revoked_at: number
  readonly expires_at: number
}

/** False for a token that is revoked until this very time: of any number at once, one inserts it. */
export async function insertRevocation(tx: Transaction, row: RevocationRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO revocations (id, key, kind, revoked_at, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING id`,
    row.id,
    row.key,
    row.kind,
    row.revoked_at,
    row.expires_at,
  )
  return rows.length === 1
}

/** Whether a token is revoked until then or longer. */
export async function isRevokedUntil(reader: Reader, key: string, at: number): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM revocations WHERE key = $1 AND kind = 'token' AND expires_at >= $2 LIMIT 1`,
    key,
    at,
  )
  return rows.length === 1
}

/** Those that still matter, oldest first, from an id on. */
export async function findRevocations(reader: Reader, from: string, now: number): Promise<RevocationRow[]> {
  return reader.query<RevocationRow>(
    'SELECT id, key, kind, revoked_at, expires_at FROM revocations WHERE id >= $1 AND expires_at > $2 ORDER BY id',
    from,
    now,
  )
}

export async function deleteExpiredRevocations(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM revocations WHERE expires_at <= $1', now)
}
