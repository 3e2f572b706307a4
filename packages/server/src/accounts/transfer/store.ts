import type { Reader, Transaction } from '../../database/database.ts'

/** How far an import got. */
export interface ImportRow {
  readonly digest: string
  readonly records: number
  readonly created: number
  readonly finished_at: number | null
}

export async function findImport(reader: Reader, digest: string): Promise<ImportRow | undefined> {
  const [row] = await reader.query<ImportRow>(
    'SELECT digest, records, created, finished_at FROM imports WHERE digest = $1',
    digest,
  )
  return row
}

/** Begin from the first record: an import of this file that was finished before is forgotten. */
export async function beginImport(tx: Transaction, digest: string, now: number): Promise<void> {
  await tx.query('DELETE FROM imports WHERE digest = $1 AND finished_at IS NOT NULL', digest)
  await tx.query(
    `INSERT INTO imports (digest, started_at, records, created) VALUES ($1, $2, 0, 0)
     ON CONFLICT (digest) DO NOTHING`,
    digest,
    now,
  )
}

/**
 * Count records as done. False if others have been counted meanwhile: another process imports the same file.
 */
export async function advanceImport(
  tx: Transaction,
  digest: string,
  { before, records, created }: { before: number; records: number; created: number },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE imports SET records = records + $3, created = created + $4
      WHERE digest = $1 AND records = $2 AND finished_at IS NULL RETURNING digest`,
    digest,
    before,
    records,
    created,
  )
  return rows.length === 1
}

export async function finishImport(tx: Transaction, digest: string, now: number): Promise<void> {
  await tx.query('UPDATE imports SET finished_at = $2 WHERE digest = $1', digest, now)
}
