import type { Reader, Transaction } from '../database/database.ts'

export interface RightChangeRow {
  readonly id: string
  readonly subject: string
  readonly at: number
}

export async function insertRightChange(tx: Transaction, row: RightChangeRow): Promise<void> {
  await tx.query(
    'INSERT INTO right_changes (id, subject, at) VALUES ($1, $2, $3)',
    row.id,
    row.subject,
    row.at,
  )
}

/** Oldest first, from an id on. */
export async function findRightChanges(reader: Reader, from: string): Promise<RightChangeRow[]> {
  return reader.query<RightChangeRow>(
    'SELECT id, subject, at FROM right_changes WHERE id >= $1 ORDER BY id',
    from,
  )
}

export async function deleteRightChanges(tx: Transaction, upTo: number): Promise<void> {
  await tx.query('DELETE FROM right_changes WHERE at <= $1', upTo)
}
