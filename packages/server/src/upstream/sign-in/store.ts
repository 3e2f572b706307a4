import type { Reader, Transaction } from '../../database/database.ts'

/** A sign-in at a provider that has begun here. */
export interface BegunRow {
  readonly state_hash: string
  readonly provider: string
  /** Of the secret in the cookie of the browser. */
  readonly browser_hash: string
  /** Where the person is led in the end. */
  readonly next: string
  readonly is_fresh: number
  readonly link_session: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly used_at: number | null
}

export async function insertBegun(tx: Transaction, row: Omit<BegunRow, 'used_at'>): Promise<void> {
  await tx.query(
    `INSERT INTO provider_sign_ins
       (state_hash, provider, browser_hash, next, is_fresh, link_session, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.state_hash,
    row.provider,
    row.browser_hash,
    row.next,
    row.is_fresh,
    row.link_session,
    row.created_at,
    row.expires_at,
  )
}

/** Use a state, in the browser and at the provider that it is of. The row for exactly one caller, ever. */
export async function takeBegun(
  tx: Transaction,
  asked: Pick<BegunRow, 'state_hash' | 'provider' | 'browser_hash'>,
  now: number,
): Promise<BegunRow | undefined> {
  const [row] = await tx.query<BegunRow>(
    `UPDATE provider_sign_ins SET used_at = $4
      WHERE state_hash = $1 AND provider = $2 AND browser_hash = $3 AND used_at IS NULL AND expires_at > $4 RETURNING *`,
    asked.state_hash,
    asked.provider,
    asked.browser_hash,
    now,
  )
  return row
}

export async function findBegun(reader: Reader, stateHash: string): Promise<BegunRow | undefined> {
  const [row] = await reader.query<BegunRow>(
    'SELECT * FROM provider_sign_ins WHERE state_hash = $1',
    stateHash,
  )
  return row
}

/** Those that ended at `before` or earlier, used or not. */
export async function sweepBegun(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM provider_sign_ins WHERE expires_at <= $1', before)
}
