import type { Reader, Transaction } from '../../database/database.ts'
import { listed, type Permission, permissionsIn } from '../../permissions.ts'

export interface UserTypeRow {
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
  readonly created_at: number
  /** Another one after every change. */
  readonly version: number
  /** The version in which the name and the permissions came to be what they are. */
  readonly permissions_version: number
}

export async function findUserTypes(reader: Reader): Promise<UserTypeRow[]> {
  const rows = await reader.query<Stored>('SELECT * FROM user_types ORDER BY name')
  return rows.map(read)
}

export async function findUserType(reader: Reader, name: string): Promise<UserTypeRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM user_types WHERE name = $1', name)
  return row && read(row)
}

/**
 * A type, locked until the transaction ends: whoever gives it to somebody, changes it or removes it comes one after the
 * other.
 */
export async function holdUserType(tx: Transaction, name: string): Promise<UserTypeRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE user_types SET name = name WHERE name = $1 RETURNING *', name)
  return row && read(row)
}

export async function insertUserType(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_types (name, description, permissions, created_at, version, permissions_version)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    type.name,
    type.description,
    listed(type.permissions),
    type.created_at,
    type.version,
    type.permissions_version,
  )
}

/** Two processes that start at once on an empty database both insert it. */
export async function insertUserTypeIfMissing(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_types (name, description, permissions, created_at, version, permissions_version)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING`,
    type.name,
    type.description,
    listed(type.permissions),
    type.created_at,
    type.version,
    type.permissions_version,
  )
}

/** Change all but the name. */
export async function updateUserType(tx: Transaction, type: UserTypeRow): Promise<void> {
  await tx.query(
    `UPDATE user_types SET description = $2, permissions = $3, version = $4, permissions_version = $5
      WHERE name = $1`,
    type.name,
    type.description,
    listed(type.permissions),
    type.version,
    type.permissions_version,
  )
}

export async function deleteUserType(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM user_types WHERE name = $1', name)
}

/** As the table holds it: one column for a list. */
type Stored = Omit<UserTypeRow, 'permissions'> & { readonly permissions: string }

function read(row: Stored): UserTypeRow {
  return { ...row, permissions: permissionsIn(row.permissions) }
}

/** What a user type asks of the second factors of its users. */
export interface FactorRuleRow {
  /** Since when a second factor is required; null if it is optional. */
  readonly factor_required_at: number | null
  /** How many days a user has, from the first sign-in after that, to enrol one. */
  readonly factor_grace_days: number
}

export async function findFactorRule(reader: Reader, type: string): Promise<FactorRuleRow | undefined> {
  const [row] = await reader.query<FactorRuleRow>(
    'SELECT factor_required_at, factor_grace_days FROM user_types WHERE name = $1',
    type,
  )
  return row
}

/** Require a second factor of the users of a type, since `at` unless it was required before; or with null, do not. */
export async function setFactorRule(
  tx: Transaction,
  type: string,
  at: number | null,
  graceDays: number,
): Promise<void> {
  if (at === null) {
    await tx.query(
      'UPDATE user_types SET factor_required_at = NULL, factor_grace_days = 0 WHERE name = $1',
      type,
    )
    return
  }
  await tx.query(
    `UPDATE user_types SET factor_required_at = COALESCE(factor_required_at, $2), factor_grace_days = $3
      WHERE name = $1`,
    type,
    at,
    graceDays,
  )
}

/** What a user type says of signing in, beside second factors. */
export interface SignInRuleRow {
  /** 0 or 1. */
  readonly self_registration: number
  /** 0 or 1. */
  readonly mail_code: number
  readonly session_idle_ms: number | null
  readonly session_longest_ms: number | null
}

export async function findSignInRule(reader: Reader, type: string): Promise<SignInRuleRow | undefined> {
  const [row] = await reader.query<SignInRuleRow>(
    `SELECT self_registration, mail_code, session_idle_ms, session_longest_ms FROM user_types WHERE name = $1`,
    type,
  )
  return row
}

export async function updateSignInRule(tx: Transaction, type: string, rule: SignInRuleRow): Promise<void> {
  await tx.query(
    `UPDATE user_types SET self_registration = $2, mail_code = $3, session_idle_ms = $4, session_longest_ms = $5
      WHERE name = $1`,
    type,
    rule.self_registration,
    rule.mail_code,
    rule.session_idle_ms,
    rule.session_longest_ms,
  )
}

/** The types in which a stranger may make an account. */
export async function findOpenTypes(reader: Reader): Promise<UserTypeRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM user_types WHERE self_registration = 1 ORDER BY name',
  )
  return rows.map(read)
}

/** The columns of a type that are rules: a type that is renamed takes each of them along. */
const ruleColumns = [
  'factor_required_at',
  'factor_grace_days',
  'self_registration',
  'mail_code',
  'session_idle_ms',
  'session_longest_ms',
]

/** Give a type the scopes of services that another one has, as it is under its new name. */
export async function moveScopes(tx: Transaction, from: string, to: string): Promise<void> {
  await tx.query('UPDATE service_scopes SET holder = $2, user_type = $2 WHERE user_type = $1', from, to)
}

/** Give a type the rules of another one, as it is under its new name. */
export async function copyRules(tx: Transaction, from: string, to: string): Promise<void> {
  const copied = ruleColumns.map(
    (column) => `${column} = (SELECT o.${column} FROM user_types o WHERE o.name = $1)`,
  )
  await tx.query(`UPDATE user_types SET ${copied.join(', ')} WHERE name = $2`, from, to)
}
