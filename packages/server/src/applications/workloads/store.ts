import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

/** Whose tokens authenticate a client: those of an issuer outside for a subject. Times are milliseconds since the epoch. */
export interface WorkloadRow {
  readonly id: string
  /** `cli_…` or `svc_…`. */
  readonly client: string
  readonly issuer: string
  /** An asterisk stands for any text. */
  readonly subject: string
  readonly audience: string
  /** Whether a token counts once, or for its life. */
  readonly reuse: 'once' | 'life'
  readonly created_at: number
  readonly last_used_at: number | null
}

const insertRows = insertInto('workload_identities', [
  'id',
  'client',
  'issuer',
  'subject',
  'audience',
  'reuse',
  'created_at',
  'last_used_at',
])

export async function insertWorkload(tx: Transaction, row: WorkloadRow): Promise<void> {
  await insertRows(tx, [{ ...row }])
}

export async function findWorkloads(reader: Reader, client: string): Promise<WorkloadRow[]> {
  return reader.query<WorkloadRow>('SELECT * FROM workload_identities WHERE client = $1 ORDER BY id', client)
}

export async function deleteWorkload(tx: Transaction, client: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM workload_identities WHERE client = $1 AND id = $2 RETURNING id',
    client,
    id,
  )
  return rows.length === 1
}

export async function deleteWorkloadsOf(tx: Transaction, client: string): Promise<void> {
  await tx.query('DELETE FROM workload_identities WHERE client = $1', client)
}

export async function noteWorkloadUse(tx: Transaction, id: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE workload_identities SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
    id,
    at,
  )
}
