import type { Reader, Transaction } from '../../database/database.ts'

/** The place of a token in a status list, with what a revocation may name of it. */
export interface StatusEntryRow {
  readonly list: string
  readonly place: number
  /** The service that the token is for, whose key signs the list. */
  readonly service: string
  /** The claims that revocations name, as JSON. */
  readonly claims: string
  /** From when on the token cannot be presented any more. */
  readonly expires_at: number
}

export async function insertStatusEntry(tx: Transaction, row: StatusEntryRow): Promise<void> {
  await tx.query(
    'INSERT INTO status_entries (list, place, service, claims, expires_at) VALUES ($1, $2, $3, $4, $5)',
    row.list,
    row.place,
    row.service,
    row.claims,
    row.expires_at,
  )
}

/** Those of a list whose tokens may still be presented. */
export async function findStatusEntries(
  reader: Reader,
  list: string,
  now: number,
): Promise<StatusEntryRow[]> {
  return reader.query<StatusEntryRow>(
    'SELECT * FROM status_entries WHERE list = $1 AND expires_at > $2 ORDER BY place',
    list,
    now,
  )
}

export async function deleteExpiredStatusEntries(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM status_entries WHERE expires_at <= $1', now)
}
