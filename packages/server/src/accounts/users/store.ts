import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import { listed, type Permission, permissionsIn } from '../../permissions.ts'

export interface UserRow {
  readonly id: string
  readonly username: string
  readonly username_key: string
  /** The skeleton of the name (see look-alikes.ts); null for users created before migration 0004. */
  readonly username_skeleton: string | null
  readonly display_name: string | null
  readonly user_type: string
  readonly password_hash: string | null
  readonly created_at: number
  readonly last_sign_in_at: number | null
  readonly disabled_at: number | null
}

/** A user with the permissions of their type. */
export interface UserWithPermissions extends UserRow {
  readonly permissions: readonly Permission[]
}

export const withPermissions =
  'SELECT u.*, t.permissions FROM users u JOIN user_types t ON t.name = u.user_type'

export async function findUser(reader: Reader, id: string): Promise<UserWithPermissions | undefined> {
  const [row] = await reader.query<Stored<UserWithPermissions>>(`${withPermissions} WHERE u.id = $1`, id)
  return row && withLists(row)
}

export async function findUserByName(
  reader: Reader,
  usernameKey: string,
): Promise<UserWithPermissions | undefined> {
  const [row] = await reader.query<Stored<UserWithPermissions>>(
    `${withPermissions} WHERE u.username_key = $1`,
    usernameKey,
  )
  return row && withLists(row)
}

export async function findUsers(reader: Reader, after: string, limit: number): Promise<UserRow[]> {
  return reader.query<UserRow>('SELECT * FROM users WHERE id > $1 ORDER BY id LIMIT $2', after, limit)
}

/** The names of other users that look like this one, ten at most. */
export async function findLookAlikes(reader: Reader, { id, username_skeleton }: UserRow): Promise<string[]> {
  if (username_skeleton === null) return []
  const rows = await reader.query<{ username: string }>(
    'SELECT username FROM users WHERE username_skeleton = $1 AND id <> $2 ORDER BY id LIMIT 10',
    username_skeleton,
    id,
  )
  return rows.map(({ username }) => username)
}

export async function insertUser(tx: Transaction, user: UserRow): Promise<void> {
  await tx.query(
    `INSERT INTO users (id, username, username_key, username_skeleton, display_name, user_type, password_hash, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    user.id,
    user.username,
    user.username_key,
    user.username_skeleton,
    user.display_name,
    user.user_type,
    user.password_hash,
    user.created_at,
  )
}

const insertWhereFree = insertInto(
  'users',
  [
    'id',
    'username',
    'username_key',
    'username_skeleton',
    'display_name',
    'user_type',
    'password_hash',
    'created_at',
    'disabled_at',
  ],
  'ON CONFLICT (username_key) DO NOTHING RETURNING id',
)

/** Insert those of the users whose names are free, and give their ids. Of two with one name the first is inserted. */
export async function insertNewUsers(tx: Transaction, users: readonly UserRow[]): Promise<Set<string>> {
  const rows = await insertWhereFree<{ id: string }>(tx, users)
  return new Set(rows.map(({ id }) => id))
}

export async function setPasswordHash(tx: Transaction, id: string, hash: string): Promise<void> {
  await tx.query('UPDATE users SET password_hash = $2 WHERE id = $1', id, hash)
}

export async function setUserType(tx: Transaction, id: string, userType: string): Promise<void> {
  await tx.query('UPDATE users SET user_type = $2 WHERE id = $1', id, userType)
}

export async function setDisplayName(tx: Transaction, id: string, displayName: string | null): Promise<void> {
  await tx.query('UPDATE users SET display_name = $2 WHERE id = $1', id, displayName)
}

/** True for the call that changed it. */
export async function setDisabled(tx: Transaction, id: string, at: number | null): Promise<boolean> {
  const rows = await tx.query(
    at === null
      ? 'UPDATE users SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL RETURNING id'
      : 'UPDATE users SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id',
    id,
    ...(at === null ? [] : [at]),
  )
  return rows.length === 1
}

export interface UserTypeRow {
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
  readonly created_at: number
}

export async function findUserTypes(reader: Reader): Promise<UserTypeRow[]> {
  const rows = await reader.query<Stored<UserTypeRow>>('SELECT * FROM user_types ORDER BY name')
  return rows.map(withLists)
}

export async function findUserType(reader: Reader, name: string): Promise<UserTypeRow | undefined> {
  const [row] = await reader.query<Stored<UserTypeRow>>('SELECT * FROM user_types WHERE name = $1', name)
  return row && withLists(row)
}

export async function insertUserType(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    'INSERT INTO user_types (name, description, permissions, created_at) VALUES ($1, $2, $3, $4)',
    type.name,
    type.description,
    listed(type.permissions),
    type.created_at,
  )
}

/** True if the password was still the one of `before`. */
export async function replacePasswordHash(
  tx: Transaction,
  id: string,
  before: string | null,
  hash: string,
): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
    id,
    before,
    hash,
  )
  return rows.length === 1
}

/** Two processes that start at once on an empty database both insert it. */
export async function insertUserTypeIfMissing(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_types (name, description, permissions, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING`,
    type.name,
    type.description,
    listed(type.permissions),
    type.created_at,
  )
}

/**
 * Record the sign-in of an enabled user. It locks the user's row until the transaction ends, so
 * that disabling and signing in happen one after the other, whichever comes first.
 */
export async function noteSignIn(tx: Transaction, userId: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE users SET last_sign_in_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id',
    userId,
    now,
  )
  return rows.length === 1
}

/** As a table holds it: one column for a list. */
export type Stored<Row> = Omit<Row, 'permissions'> & { readonly permissions: string }

export function withLists<Row extends { readonly permissions: string }>(
  row: Row,
): Omit<Row, 'permissions'> & { readonly permissions: readonly Permission[] } {
  return { ...row, permissions: permissionsIn(row.permissions) }
}

/**
 * Lock the user types until the transaction ends. Changes that decide who may administer this server are serialized:
 * of two administrators who disable each other at the same moment, the second finds that they are the last.
 */
export async function holdUserTypes(tx: Transaction): Promise<void> {
  await tx.query('UPDATE user_types SET name = name WHERE name = (SELECT MIN(name) FROM user_types)')
}

/** Users of a type who can sign in: enabled, with a password. */
export async function countUsersOfType(reader: Reader, type: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM users
      WHERE user_type = $1 AND disabled_at IS NULL AND password_hash IS NOT NULL`,
    type,
  )
  return row?.count ?? 0
}
