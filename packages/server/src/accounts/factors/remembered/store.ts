import type { Reader, Transaction } from '../../../database/database.ts'

/** A browser in which the password is enough, for a while. */
export interface RememberedBrowserRow {
  readonly secret_hash: string
  readonly user_id: string
  readonly password_print: string
  readonly created_at: number
  readonly expires_at: number
}

export async function insertRememberedBrowser(tx: Transaction, row: RememberedBrowserRow): Promise<void> {
  await tx.query(
    `INSERT INTO remembered_browsers (secret_hash, user_id, password_print, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (secret_hash, user_id) DO UPDATE SET password_print = $3, created_at = $4, expires_at = $5`,
    row.secret_hash,
    row.user_id,
    row.password_print,
    row.created_at,
    row.expires_at,
  )
}

export async function isRememberedBrowser(
  reader: Reader,
  secretHash: string,
  userId: string,
  passwordPrint: string,
  now: number,
): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM remembered_browsers
      WHERE secret_hash = $1 AND user_id = $2 AND password_print = $3 AND expires_at > $4`,
    secretHash,
    userId,
    passwordPrint,
    now,
  )
  return rows.length === 1
}

export async function countRememberedBrowsers(
  reader: Reader,
  userId: string,
  passwordPrint: string,
  now: number,
): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM remembered_browsers
      WHERE user_id = $1 AND password_print = $2 AND expires_at > $3`,
    userId,
    passwordPrint,
    now,
  )
  return row?.count ?? 0
}

export async function deleteRememberedBrowsers(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM remembered_browsers WHERE user_id = $1', userId)
}

export async function sweepRememberedBrowsers(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM remembered_browsers WHERE expires_at <= $1', now)
}
