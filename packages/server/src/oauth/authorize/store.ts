import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

/** A request that an application has pushed (RFC 9126). Times are milliseconds since the epoch. */
export interface PushedRow {
  readonly hash: string
  readonly application: string
  /** As a query string. */
  readonly parameters: string
  readonly created_at: number
  readonly expires_at: number
  readonly used_at: number | null
}

const insertPushedRows = insertInto('authorization_requests', [
  'hash',
  'application',
  'parameters',
  'created_at',
  'expires_at',
  'used_at',
])

export async function insertPushed(tx: Transaction, row: PushedRow): Promise<void> {
  await insertPushedRows(tx, [row])
}

/** Use a pushed request of an application up: it comes for one of any number at once, and while it is young. */
export async function usePushed(
  tx: Transaction,
  { hash, application, now }: { readonly hash: string; readonly application: string; readonly now: number },
): Promise<PushedRow | undefined> {
  const [row] = await tx.query<PushedRow>(
    `UPDATE authorization_requests SET used_at = $3
      WHERE hash = $1 AND application = $2 AND used_at IS NULL AND expires_at > $3 RETURNING *`,
    hash,
    application,
    now,
  )
  return row
}

export interface CodeRow {
  readonly hash: string
  readonly application: string
  readonly user_id: string
  /** The session of the browser. */
  readonly session_id: string
  readonly redirect_uri: string
  readonly scopes: readonly string[]
  readonly resource: string | null
  readonly code_challenge: string | null
  readonly nonce: string | null
  readonly jkt: string | null
  /** JSON of `ClaimsRequest`. */
  readonly claims: string | null
  /** JSON of authorization details. */
  readonly details: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly used_at: number | null
  /** The session that was opened by it. */
  readonly opened: string | null
}

const insertCodes = insertInto('authorization_codes', [
  'hash',
  'application',
  'user_id',
  'session_id',
  'redirect_uri',
  'scopes',
  'resource',
  'code_challenge',
  'nonce',
  'jkt',
  'claims',
  'details',
  'created_at',
  'expires_at',
  'used_at',
  'opened',
])

export async function insertCode(tx: Transaction, row: CodeRow): Promise<void> {
  await insertCodes(tx, [{ ...row, scopes: row.scopes.join(' ') }])
}

/** A code, also one that was used or is too old. */
export async function findCode(reader: Reader, hash: string): Promise<CodeRow | undefined> {
  const [row] = await reader.query<Omit<CodeRow, 'scopes'> & { readonly scopes: string }>(
    'SELECT * FROM authorization_codes WHERE hash = $1',
    hash,
  )
  return row && { ...row, scopes: row.scopes.split(' ').filter(Boolean) }
}

/** Use a code up for the session that it opens: true for one of any number at once, ever. */
export async function useCode(
  tx: Transaction,
  hash: string,
  { now, opened }: { readonly now: number; readonly opened: string },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authorization_codes SET used_at = $2, opened = $3
      WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING hash`,
    hash,
    now,
    opened,
  )
  return rows.length === 1
}

/**
 * Forget the codes of an application that were not redeemed: of everybody, or of one person. Whether there was one.
 */
export async function deleteUnusedCodes(
  tx: Transaction,
  application: string,
  userId: string | undefined,
): Promise<boolean> {
  const ofUser = userId === undefined ? '' : 'AND user_id = $2'
  const rows = await tx.query(
    `DELETE FROM authorization_codes WHERE application = $1 AND used_at IS NULL ${ofUser} RETURNING hash`,
    application,
    ...(userId === undefined ? [] : [userId]),
  )
  return rows.length > 0
}

export async function deleteExpired(tx: Transaction, now: number, keptForMs: number): Promise<void> {
  await tx.query('DELETE FROM authorization_requests WHERE expires_at <= $1', now)
  // A code is remembered beyond its life: to see it again tells that it was stolen.
  await tx.query('DELETE FROM authorization_codes WHERE expires_at <= $1', now - keptForMs)
}
