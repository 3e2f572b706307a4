import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

/** A request of a device that has no browser. Times are milliseconds since the epoch. */
export interface DeviceCodeRow {
  readonly hash: string
  /** Under a key of this server: it could be guessed. */
  readonly user_code: string
  readonly application: string
  readonly scopes: readonly string[]
  readonly resource: string | null
  /** JSON of authorization details: as they were asked for, and once it is decided, as they were granted. */
  readonly details: string | null
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly next_poll_at: number
  readonly interval_ms: number
  readonly decided_at: number | null
  /** 0 or 1. */
  readonly is_allowed: number | null
  readonly user_id: string | null
  readonly session_id: string | null
  readonly used_at: number | null
}

const insertRows = insertInto('device_codes', [
  'hash',
  'user_code',
  'application',
  'scopes',
  'resource',
  'details',
  'address',
  'region',
  'user_agent',
  'created_at',
  'expires_at',
  'next_poll_at',
  'interval_ms',
  'decided_at',
  'is_allowed',
  'user_id',
  'session_id',
  'used_at',
])

export async function insertDeviceCode(tx: Transaction, row: DeviceCodeRow): Promise<void> {
  await insertRows(tx, [{ ...row, scopes: row.scopes.join(' ') }])
}

export async function findDeviceCode(reader: Reader, hash: string): Promise<DeviceCodeRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM device_codes WHERE hash = $1', hash)
  return row && read(row)
}

/** The one that waits for a person who has this code. */
export async function findWaiting(
  reader: Reader,
  userCode: string,
  now: number,
): Promise<DeviceCodeRow | undefined> {
  const [row] = await reader.query<Stored>(
    'SELECT * FROM device_codes WHERE user_code = $1 AND decided_at IS NULL AND expires_at > $2',
    userCode,
    now,
  )
  return row && read(row)
}

interface Decision {
  readonly hash: string
  readonly isAllowed: boolean
  readonly details: string | null
  readonly userId: string
  readonly sessionId: string
  readonly now: number
}

/** Write down what a person says: for one of any number at once. */
export async function decide(
  tx: Transaction,
  { hash, isAllowed, details, userId, sessionId, now }: Decision,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE device_codes SET decided_at = $2, is_allowed = $3, user_id = $4, session_id = $5, details = $6
      WHERE hash = $1 AND decided_at IS NULL AND expires_at > $2 RETURNING hash`,
    hash,
    now,
    Number(isAllowed),
    userId,
    sessionId,
    details,
  )
  return rows.length === 1
}

/** Note that a device has asked, and when it may ask next: it came too early if this changes nothing. */
export async function notePoll(tx: Transaction, hash: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE device_codes SET next_poll_at = $2 + interval_ms WHERE hash = $1 AND next_poll_at <= $2 RETURNING hash',
    hash,
    now,
  )
  return rows.length === 1
}

/** Let a device that asks too often wait longer (RFC 8628 section 3.5). */
export async function slowDown(tx: Transaction, hash: string, now: number, byMs: number): Promise<void> {
  await tx.query(
    'UPDATE device_codes SET interval_ms = interval_ms + $3, next_poll_at = $2 + interval_ms + $3 WHERE hash = $1',
    hash,
    now,
    byMs,
  )
}

/** Use a code that was allowed up: true for one of any number at once, ever. */
export async function useDeviceCode(tx: Transaction, hash: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE device_codes SET used_at = $2
      WHERE hash = $1 AND is_allowed = 1 AND used_at IS NULL AND expires_at > $2 RETURNING hash`,
    hash,
    now,
  )
  return rows.length === 1
}

/**
 * Forget the devices that have no tokens of an application yet: all, or those that one person has let in. Whether there was one.
 */
export async function deleteUnusedDeviceCodes(
  tx: Transaction,
  application: string,
  userId: string | undefined,
): Promise<boolean> {
  const ofUser = userId === undefined ? '' : 'AND user_id = $2 AND is_allowed = 1'
  const rows = await tx.query(
    `DELETE FROM device_codes WHERE application = $1 AND used_at IS NULL ${ofUser} RETURNING hash`,
    application,
    ...(userId === undefined ? [] : [userId]),
  )
  return rows.length > 0
}

export async function deleteExpiredDeviceCodes(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM device_codes WHERE expires_at <= $1', now)
}

type Stored = Omit<DeviceCodeRow, 'scopes'> & { readonly scopes: string }

function read(row: Stored): DeviceCodeRow {
  return { ...row, scopes: row.scopes.split(' ').filter(Boolean) }
}
