import type { Reader, Transaction } from '../../database/database.ts'

/** What an address of somebody else has answered. Times are milliseconds since the epoch. */
export interface DocumentRow {
  readonly url: string
  readonly body: string | null
  readonly cause: string | null
  readonly reads: number
  readonly tried_at: number
  readonly read_at: number | null
  readonly fresh_until: number
  readonly usable_until: number
}

export async function findDocument(reader: Reader, url: string): Promise<DocumentRow | undefined> {
  const [row] = await reader.query<DocumentRow>('SELECT * FROM client_documents WHERE url = $1', url)
  return row
}

/** Begin a read, if nobody has begun one since `before`. Its number; undefined where somebody has. */
export async function beginRead(
  tx: Transaction,
  url: string,
  { now, before }: { readonly now: number; readonly before: number },
): Promise<number | undefined> {
  const [begun] = await tx.query<{ reads: number }>(
    `INSERT INTO client_documents (url, body, cause, reads, tried_at, read_at, fresh_until, usable_until)
     VALUES ($1, NULL, NULL, 1, $2, NULL, 0, 0)
     ON CONFLICT (url) DO UPDATE SET reads = client_documents.reads + 1, tried_at = $2 WHERE client_documents.tried_at <= $3
     RETURNING reads`,
    url,
    now,
    before,
  )
  return begun?.reads
}

/** Keep what a read has brought. A read that began later has seen what is newer. */
export async function noteRead(
  tx: Transaction,
  row: Pick<DocumentRow, 'url' | 'body' | 'reads' | 'read_at' | 'fresh_until' | 'usable_until'>,
): Promise<void> {
  await tx.query(
    `UPDATE client_documents SET body = $3, cause = NULL, read_at = $4, fresh_until = $5, usable_until = $6
      WHERE url = $1 AND reads = $2`,
    row.url,
    row.reads,
    row.body,
    row.read_at,
    row.fresh_until,
    row.usable_until,
  )
}

export async function noteFailure(
  tx: Transaction,
  { url, reads, cause }: Pick<DocumentRow, 'url' | 'reads' | 'cause'>,
): Promise<void> {
  await tx.query('UPDATE client_documents SET cause = $3 WHERE url = $1 AND reads = $2', url, reads, cause)
}

export async function countDocuments(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>('SELECT COUNT(*) AS count FROM client_documents')
  return Number(row?.count ?? 0)
}

/** Forget what nobody has asked for since then. */
export async function deleteDocumentsBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM client_documents WHERE tried_at <= $1', at)
}
