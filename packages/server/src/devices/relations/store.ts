import type { Reader, Transaction } from '../../database/database.ts'

export type Relation = 'owner' | 'controller' | 'viewer'

interface NewClaimCode {
  readonly secretHash: string
  readonly uid: string
  readonly issuedByDevice: boolean
  readonly createdAt: number
  readonly expiresAt: number
  /** Of one that people type as letters: as it is kept, and from where the device has asked. */
  readonly typed?: {
    readonly userCode: string
    readonly address: string
    readonly region: string | null
    readonly userAgent: string | null
  }
}

export async function insertClaimCode(tx: Transaction, code: NewClaimCode): Promise<void> {
  await tx.query(
    `INSERT INTO claim_codes (secret_hash, uid, issued_by_device, created_at, expires_at, user_code, address, region, user_agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    code.secretHash,
    code.uid,
    code.issuedByDevice ? 1 : 0,
    code.createdAt,
    code.expiresAt,
    code.typed?.userCode ?? null,
    code.typed?.address ?? null,
    code.typed?.region ?? null,
    code.typed?.userAgent ?? null,
  )
}

/** Whether this code was given by the device itself; undefined where it is unknown, used or over. */
export async function findClaimCode(
  reader: Reader,
  secretHash: string,
  uid: string,
  now: number,
): Promise<{ issuedByDevice: boolean } | undefined> {
  const [row] = await reader.query<{ issued_by_device: number }>(
    'SELECT issued_by_device FROM claim_codes WHERE secret_hash = $1 AND uid = $2 AND used_at IS NULL AND expires_at > $3',
    secretHash,
    uid,
    now,
  )
  return row && { issuedByDevice: row.issued_by_device === 1 }
}

/** The device that waits with the code that somebody has typed, as it is kept. */
export async function findClaimCodeTyped(
  reader: Reader,
  userCode: string,
  now: number,
): Promise<TypedClaimCode | undefined> {
  const [row] = await reader.query<TypedClaimCode>(
    `SELECT c.secret_hash, c.uid, c.address, c.region, c.user_agent, d.name, d.product
       FROM claim_codes c JOIN devices d ON d.uid = c.uid
      WHERE c.user_code = $1 AND c.used_at IS NULL AND c.expires_at > $2`,
    userCode,
    now,
  )
  return row
}

export interface TypedClaimCode {
  readonly secret_hash: string
  readonly uid: string
  readonly name: string
  readonly product: string
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
}

/** Whether a code waits to be typed. */
export async function hasOpenUserCode(reader: Reader, uid: string, now: number): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM claim_codes
      WHERE uid = $1 AND user_code IS NOT NULL AND used_at IS NULL AND expires_at > $2`,
    uid,
    now,
  )
  return rows.length > 0
}

/** Use a claim code. True for exactly one caller, ever. */
export async function useClaimCode(
  tx: Transaction,
  secretHash: string,
  uid: string,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE claim_codes SET used_at = $3
      WHERE secret_hash = $1 AND uid = $2 AND used_at IS NULL AND expires_at > $3 RETURNING uid`,
    secretHash,
    uid,
    now,
  )
  return rows.length === 1
}

/** Binding, unbinding and a newer code put an end to the codes before. */
export async function endClaimCodes(tx: Transaction, uid: string, now: number): Promise<void> {
  await tx.query('UPDATE claim_codes SET used_at = $2 WHERE uid = $1 AND used_at IS NULL', uid, now)
}

export interface RelationRow {
  readonly uid: string
  readonly subject: string
  readonly relation: Relation
  readonly granted_by: string
  readonly created_at: number
  readonly until: number | null
}

export async function findRelation(
  reader: Reader,
  uid: string,
  subject: string,
  now: number,
): Promise<Relation | undefined> {
  const [row] = await reader.query<{ relation: Relation }>(
    'SELECT relation FROM relations WHERE uid = $1 AND subject = $2 AND (until IS NULL OR until > $3)',
    uid,
    subject,
    now,
  )
  return row?.relation
}

/** Those that are in force, oldest first. */
export async function findRelations(reader: Reader, uid: string, now: number): Promise<RelationRow[]> {
  return reader.query<RelationRow>(
    'SELECT * FROM relations WHERE uid = $1 AND (until IS NULL OR until > $2) ORDER BY created_at, subject',
    uid,
    now,
  )
}

/** Those who have to do with a device, by their ids. */
export async function findRelatedSubjects(
  reader: Reader,
  uid: string,
  now: number,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await reader.query<{ subject: string }>(
    `SELECT subject FROM relations WHERE uid = $1 AND (until IS NULL OR until > $2) AND subject > $3
      ORDER BY subject LIMIT $4`,
    uid,
    now,
    after,
    limit,
  )
  return rows.map(({ subject }) => subject)
}

/** All that somebody has, also what is over, by device. */
export async function findRelationsOf(reader: Reader, subject: string): Promise<RelationRow[]> {
  return reader.query<RelationRow>('SELECT * FROM relations WHERE subject = $1 ORDER BY uid', subject)
}

/** Subjects of relations that expired in (`after`, `upTo`]. */
export async function findSubjectsExpired(reader: Reader, after: number, upTo: number): Promise<string[]> {
  const rows = await reader.query<{ subject: string }>(
    'SELECT DISTINCT subject FROM relations WHERE until > $1 AND until <= $2',
    after,
    upTo,
  )
  return rows.map(({ subject }) => subject)
}

/** A second share with the same person changes the first; the owner's own relation never changes this way. */
export async function upsertRelation(tx: Transaction, row: RelationRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO relations (uid, subject, relation, granted_by, created_at, until) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (uid, subject) DO UPDATE
       SET relation = excluded.relation, granted_by = excluded.granted_by, until = excluded.until
       WHERE relations.relation <> 'owner'
     RETURNING uid`,
    row.uid,
    row.subject,
    row.relation,
    row.granted_by,
    row.created_at,
    row.until,
  )
  return rows.length === 1
}

export async function deleteRelation(tx: Transaction, uid: string, subject: string): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM relations WHERE uid = $1 AND subject = $2 AND relation <> 'owner' RETURNING uid`,
    uid,
    subject,
  )
  return rows.length === 1
}

/** All of a device's relations at once; returns whose they were. */
export async function deleteRelations(tx: Transaction, uid: string): Promise<string[]> {
  const rows = await tx.query<{ subject: string }>(
    'DELETE FROM relations WHERE uid = $1 RETURNING subject',
    uid,
  )
  return rows.map(({ subject }) => subject)
}
