import type { Reader, Transaction } from '../../database/database.ts'

export interface UserRow {
  readonly id: string
  readonly username: string
  readonly username_key: string
  readonly display_name: string | null
  readonly user_type: string
  readonly password_hash: string | null
  readonly created_at: number
  readonly last_sign_in_at: number | null
  readonly disabled_at: number | null
}

/** A user with what their type permits, space-separated. */
export interface UserWithPermissions extends UserRow {
  readonly permissions: string
}

export const withPermissions =
  'SELECT u.*, t.permissions FROM users u JOIN user_types t ON t.name = u.user_type'

export async function findUser(reader: Reader, id: string): Promise<UserWithPermissions | undefined> {
  const [row] = await reader.query<UserWithPermissions>(`${withPermissions} WHERE u.id = $1`, id)
  return row
}

export async function findUserByName(
  reader: Reader,
  usernameKey: string,
): Promise<UserWithPermissions | undefined> {
  const [row] = await reader.query<UserWithPermissions>(
    `${withPermissions} WHERE u.username_key = $1`,
    usernameKey,
  )
  return row
}

export async function findUsers(reader: Reader, after: string, limit: number): Promise<UserRow[]> {
  return reader.query<UserRow>('SELECT * FROM users WHERE id > $1 ORDER BY id LIMIT $2', after, limit)
}

export async function insertUser(tx: Transaction, user: UserRow): Promise<void> {
  await tx.query(
    `INSERT INTO users (id, username, username_key, display_name, user_type, password_hash, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    user.id,
    user.username,
    user.username_key,
    user.display_name,
    user.user_type,
    user.password_hash,
    user.created_at,
  )
}

export async function setPasswordHash(tx: Transaction, id: string, hash: string): Promise<void> {
  await tx.query('UPDATE users SET password_hash = $2 WHERE id = $1', id, hash)
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
  readonly permissions: string
  readonly created_at: number
}

export async function findUserTypes(reader: Reader): Promise<UserTypeRow[]> {
  return reader.query<UserTypeRow>('SELECT * FROM user_types ORDER BY name')
}

export async function findUserType(reader: Reader, name: string): Promise<UserTypeRow | undefined> {
  const [row] = await reader.query<UserTypeRow>('SELECT * FROM user_types WHERE name = $1', name)
  return row
}

export async function insertUserType(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    'INSERT INTO user_types (name, description, permissions, created_at) VALUES ($1, $2, $3, $4)',
    type.name,
    type.description,
    type.permissions,
    type.created_at,
  )
}

/** Two processes that start at once on an empty database both want to. */
export async function insertUserTypeIfMissing(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_types (name, description, permissions, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING`,
    type.name,
    type.description,
    type.permissions,
    type.created_at,
  )
}
