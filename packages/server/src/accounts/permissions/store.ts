import type { Reader, Transaction } from '../../database/database.ts'
import { isPermission, type Permission } from '../../permissions.ts'

/** A permission that a person has, or has not, beside those of their type. */
export interface GrantRow {
  readonly id: string
  readonly user_id: string
  readonly kind: 'grant' | 'denial'
  readonly permission: Permission
  readonly reason: string
  /** Null for the operator. */
  readonly created_by: string | null
  readonly created_at: number
  /** The moment at which it is over; null for none. */
  readonly until: number | null
}

/**
 * Take the next version, and hold it until the transaction ends. Changes that decide who may do what are serialized: of two
 * administrators who disable each other at the same moment, the second finds that they are the last.
 */
export async function takeVersion(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ newest: number }>(
    'UPDATE permission_versions SET newest = newest + 1 RETURNING newest',
  )
  return row!.newest // the migration has put it there
}

export async function insertGrant(tx: Transaction, row: GrantRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_grants (id, user_id, kind, permission, reason, created_by, created_at, until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.id,
    row.user_id,
    row.kind,
    row.permission,
    row.reason,
    row.created_by,
    row.created_at,
    row.until,
  )
}

/** The one that was deleted, for exactly one caller. */
export async function deleteGrant(
  tx: Transaction,
  userId: string,
  id: string,
): Promise<GrantRow | undefined> {
  const [row] = await tx.query<GrantRow>(
    'DELETE FROM user_grants WHERE id = $1 AND user_id = $2 RETURNING *',
    id,
    userId,
  )
  return row
}

/** Delete those that are over, oldest end first. Each is given to exactly one caller. */
export async function deleteEndedGrants(tx: Transaction, now: number, limit: number): Promise<GrantRow[]> {
  return tx.query<GrantRow>(
    `DELETE FROM user_grants WHERE id IN
       (SELECT id FROM user_grants WHERE until <= $1 ORDER BY until, id LIMIT $2) RETURNING *`,
    now,
    limit,
  )
}

/** Those of one person that are over. */
export async function deleteEndedGrantsOf(tx: Transaction, userId: string, now: number): Promise<GrantRow[]> {
  return tx.query<GrantRow>(
    'DELETE FROM user_grants WHERE user_id = $1 AND until <= $2 RETURNING *',
    userId,
    now,
  )
}

/** What people of a type are granted beside it. */
export async function findGrantedToType(reader: Reader, type: string, now: number): Promise<Permission[]> {
  const rows = await reader.query<{ permission: string }>(
    `SELECT DISTINCT g.permission FROM user_grants g JOIN users u ON u.id = g.user_id
      WHERE u.user_type = $1 AND g.kind = 'grant' AND (g.until IS NULL OR g.until > $2)`,
    type,
    now,
  )
  return rows.map(({ permission }) => permission).filter(isPermission)
}

/** Who is granted a permission, also by a grant that is over. */
export async function findUserIdsGranted(
  reader: Reader,
  permission: Permission,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await reader.query<{ user_id: string }>(
    `SELECT user_id FROM user_grants WHERE permission = $1 AND kind = 'grant' AND user_id > $2
      ORDER BY user_id LIMIT $3`,
    permission,
    after,
    limit,
  )
  return rows.map(({ user_id }) => user_id)
}

/** Whether somebody of this type can sign in and is denied nothing. */
export async function hasUndenied(reader: Reader, type: string, now: number): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM users u
      WHERE u.user_type = $1 AND u.disabled_at IS NULL AND u.password_hash IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM user_grants g
          WHERE g.user_id = u.id AND g.kind = 'denial' AND (g.until IS NULL OR g.until > $2)) LIMIT 1`,
    type,
    now,
  )
  return rows.length === 1
}

export async function findKnownPermissions(reader: Reader): Promise<string[]> {
  const rows = await reader.query<{ name: string }>('SELECT name FROM known_permissions')
  return rows.map(({ name }) => name)
}

export async function insertKnownPermission(tx: Transaction, name: string): Promise<void> {
  await tx.query('INSERT INTO known_permissions (name) VALUES ($1) ON CONFLICT DO NOTHING', name)
}

/** Remember whom the removal of a type moves to another one. */
export async function insertTypeMoves(tx: Transaction, type: string, event: string): Promise<void> {
  await tx.query(
    'INSERT INTO user_type_moves (user_id, event) SELECT id, $2 FROM users WHERE user_type = $1',
    type,
    event,
  )
}

/** The removals that have moved a person. */
export async function findTypeMoves(reader: Reader, userId: string): Promise<string[]> {
  const rows = await reader.query<{ event: string }>(
    'SELECT event FROM user_type_moves WHERE user_id = $1',
    userId,
  )
  return rows.map(({ event }) => event)
}

/** Forget who has made grants and denials of others. */
export async function forgetMaker(tx: Transaction, maker: string): Promise<void> {
  await tx.query('UPDATE user_grants SET created_by = NULL WHERE created_by = $1', maker)
}
