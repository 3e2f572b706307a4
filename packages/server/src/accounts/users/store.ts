import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import { isPermission, type Permission, permissionsIn } from '../../permissions.ts'
import type { GrantRow } from '../permissions/store.ts'

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
  /** Another one after every change of what they are granted or denied. */
  readonly permissions_version: number
  /** Another one after every change of the name or the type. */
  readonly version: number
  /** When the account will be deleted; null for one that is to stay. */
  readonly delete_at: number | null
}

/** A user with all that decides what they may do: see `ruledPermissions`, which tells it for a moment. */
export interface UserWithPermissions extends UserRow {
  readonly type_permissions: readonly Permission[]
  readonly type_permissions_version: number
  /** How long sessions of the type last; see `limitsOf`. */
  readonly session_idle_ms: number | null
  readonly session_longest_ms: number | null
  /** Grants and denials, some of which may be over. */
  readonly grants: readonly GrantRow[]
}

/** In one statement, so that the versions are those of the permissions. It gives one row for each grant. */
const withPermissions = `SELECT u.*, t.permissions AS type_permissions, t.permissions_version AS type_permissions_version,
    t.session_idle_ms, t.session_longest_ms,
    g.id AS grant_id, g.kind, g.permission, g.reason, g.created_by AS granted_by, g.created_at AS granted_at, g.until
  FROM users u JOIN user_types t ON t.name = u.user_type LEFT JOIN user_grants g ON g.user_id = u.id`

export async function findUser(reader: Reader, id: string): Promise<UserWithPermissions | undefined> {
  return userIn(await reader.query<Stored>(`${withPermissions} WHERE u.id = $1 ORDER BY g.id`, id))
}

export async function findUserByName(
  reader: Reader,
  usernameKey: string,
): Promise<UserWithPermissions | undefined> {
  const rows = await reader.query<Stored>(
    `${withPermissions} WHERE u.username_key = $1 ORDER BY g.id`,
    usernameKey,
  )
  return userIn(rows)
}

export async function findUsers(reader: Reader, after: string, limit: number): Promise<UserRow[]> {
  return reader.query<UserRow>('SELECT * FROM users WHERE id > $1 ORDER BY id LIMIT $2', after, limit)
}

export async function findUserIds(reader: Reader, after: string, limit: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    limit,
  )
  return rows.map(({ id }) => id)
}

export async function findUserIdsOfType(
  reader: Reader,
  type: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM users WHERE user_type = $1 AND id > $2 ORDER BY id LIMIT $3',
    type,
    after,
    limit,
  )
  return rows.map(({ id }) => id)
}

/** The user names of these users, of those that there are. */
/** The user types of people, by their ids. */
export async function findTypesOfUsers(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ id: string; user_type: string }>(
    `SELECT id, user_type FROM users WHERE id IN (${places})`,
    ...ids,
  )
  return new Map(rows.map(({ id, user_type: type }) => [id, type]))
}

export async function findUsernames(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ id: string; username: string }>(
    `SELECT id, username FROM users WHERE id IN (${places})`,
    ...ids,
  )
  return new Map(rows.map(({ id, username }) => [id, username]))
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

/** Nobody can sign in with a password from then on. */
export async function removePassword(tx: Transaction, id: string): Promise<void> {
  await tx.query('UPDATE users SET password_hash = NULL WHERE id = $1', id)
}

export async function setUserType(tx: Transaction, id: string, userType: string): Promise<void> {
  await tx.query('UPDATE users SET user_type = $2, version = version + 1 WHERE id = $1', id, userType)
}

/** Give everybody of one type another one. The number of them. */
export async function moveUsers(tx: Transaction, from: string, to: string): Promise<number> {
  const rows = await tx.query(
    'UPDATE users SET user_type = $2, version = version + 1 WHERE user_type = $1 RETURNING id',
    from,
    to,
  )
  return rows.length
}

export async function hasUsersOfType(reader: Reader, type: string): Promise<boolean> {
  const rows = await reader.query('SELECT 1 AS found FROM users WHERE user_type = $1 LIMIT 1', type)
  return rows.length === 1
}

export async function setPermissionsVersion(tx: Transaction, id: string, version: number): Promise<void> {
  await tx.query('UPDATE users SET permissions_version = $2 WHERE id = $1', id, version)
}

export async function setDisplayName(tx: Transaction, id: string, displayName: string | null): Promise<void> {
  await tx.query('UPDATE users SET display_name = $2, version = version + 1 WHERE id = $1', id, displayName)
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

/** As the tables hold it: one column for a list, and the columns of one grant, or null where there is none. */
type Stored = Omit<UserWithPermissions, 'type_permissions' | 'grants'> & {
  readonly type_permissions: string
  readonly grant_id: string | null
  readonly kind: GrantRow['kind']
  readonly permission: string
  readonly reason: string
  readonly granted_by: string | null
  readonly granted_at: number
  readonly until: number | null
}

function userIn(rows: readonly Stored[]): UserWithPermissions | undefined {
  const [first] = rows
  if (!first) return undefined
  const { type_permissions, grant_id, kind, permission, reason, granted_by, granted_at, until, ...user } =
    first
  return { ...user, type_permissions: permissionsIn(type_permissions), grants: rows.flatMap(grantIn) }
}

/** A permission that a version before knew, and this one does not, is neither granted nor denied. */
function grantIn(row: Stored): GrantRow[] {
  const { grant_id, id: user_id, kind, permission, reason, until } = row
  if (grant_id === null || !isPermission(permission)) return []
  const made = { created_by: row.granted_by, created_at: row.granted_at }
  return [{ id: grant_id, user_id, kind, permission, reason, ...made, until }]
}

/** Lock an account until the transaction ends: changes of its factors and its sign-ins happen one after the other. */
export async function holdUser(tx: Transaction, id: string): Promise<void> {
  await tx.query('UPDATE users SET id = id WHERE id = $1', id)
}

/** How many passwords begin so as they are stored. It reads every user. */
export async function countPasswordsBeginning(reader: Reader, beginning: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM users WHERE substr(password_hash, 1, $2) = $1',
    beginning,
    beginning.length,
  )
  return row?.count ?? 0
}

/** As much of a user as they are found by. */
export interface Named {
  readonly id: string
  readonly username: string
  readonly display_name: string | null
}

/** Mark a user as searchable and hold the account, so that terms are made of what is stored last. */
export async function holdNames(tx: Transaction, userId: string): Promise<Named | undefined> {
  const [row] = await tx.query<Named>(
    'UPDATE users SET searchable = 1 WHERE id = $1 RETURNING id, username, display_name',
    userId,
  )
  return row
}

/** Mark users that have no terms yet as searchable and hold them: the first of them. */
export async function takeUnsearchable(tx: Transaction, limit: number): Promise<Named[]> {
  return tx.query<Named>(
    `UPDATE users SET searchable = 1 WHERE id IN
       (SELECT id FROM users WHERE searchable = 0 ORDER BY id LIMIT $1) RETURNING id, username, display_name`,
    limit,
  )
}

/** Set when a user will be deleted; null for never. True for the call that changed it. */
export async function setDeletion(tx: Transaction, id: string, at: number | null): Promise<boolean> {
  const rows = await tx.query(
    at === null
      ? 'UPDATE users SET delete_at = NULL WHERE id = $1 AND delete_at IS NOT NULL RETURNING id'
      : 'UPDATE users SET delete_at = $2 WHERE id = $1 RETURNING id',
    id,
    ...(at === null ? [] : [at]),
  )
  return rows.length === 1
}

export async function findDueDeletions(reader: Reader, now: number, limit: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM users WHERE delete_at <= $1 ORDER BY delete_at, id LIMIT $2',
    now,
    limit,
  )
  return rows.map(({ id }) => id)
}

/** Hold a user whose deletion is due until the transaction ends: of several callers one deletes, and nobody keeps the account meanwhile. */
export async function holdDueDeletion(
  tx: Transaction,
  id: string,
  now: number,
): Promise<UserRow | undefined> {
  const [row] = await tx.query<UserRow>(
    'UPDATE users SET delete_at = delete_at WHERE id = $1 AND delete_at <= $2 RETURNING *',
    id,
    now,
  )
  return row
}

/** Delete a user, and every row of theirs in other tables. */
export async function deleteUser(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM users WHERE id = $1', id)
}
