import type { Database, Reader, Transaction } from '../database/database.ts'

/** A server process on this database. Times are milliseconds since the epoch, by the clock of that process. */
export interface ProcessRow {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly started_at: number
  readonly seen_at: number
}

/** Say that a process is there. */
export async function upsertProcess(tx: Transaction, row: ProcessRow): Promise<void> {
  await tx.query(
    `INSERT INTO processes (id, host, pid, started_at, seen_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`,
    row.id,
    row.host,
    row.pid,
    row.started_at,
    row.seen_at,
  )
}

export async function findProcesses(reader: Reader, seenSince: number): Promise<ProcessRow[]> {
  return reader.query<ProcessRow>('SELECT * FROM processes WHERE seen_at > $1 ORDER BY id', seenSince)
}

export async function deleteProcess(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM processes WHERE id = $1', id)
}

export async function deleteProcessesSeenBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM processes WHERE seen_at < $1', at)
}

/** Write a row and take it away again, which fails where nothing can be stored. */
export async function tryWriting(db: Database): Promise<void> {
  const row = { id: 'prc_doctor', host: '', pid: 0, started_at: 0, seen_at: 0 }
  await db.transaction((tx) => upsertProcess(tx, row))
  await db.transaction((tx) => deleteProcess(tx, row.id))
}
