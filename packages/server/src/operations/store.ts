import type { Database, Reader, Transaction } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'

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

/** How a job last went at a process. Times are milliseconds since the epoch. */
export interface JobRow {
  readonly process: string
  readonly job: string
  readonly every_ms: number
  readonly last_run_at: number | null
  readonly took_ms: number | null
  readonly next_at: number | null
  readonly last_error: string | null
  readonly failing_since: number | null
}

/** The same, and where that process runs. */
export interface JobOfProcess extends JobRow {
  readonly host: string
  readonly pid: number
}

const upsertJobs = insertInto<keyof JobRow>(
  'job_runs',
  ['process', 'job', 'every_ms', 'last_run_at', 'took_ms', 'next_at', 'last_error', 'failing_since'],
  `ON CONFLICT (process, job) DO UPDATE SET every_ms = excluded.every_ms, last_run_at = excluded.last_run_at,
     took_ms = excluded.took_ms, next_at = excluded.next_at, last_error = excluded.last_error,
     failing_since = excluded.failing_since`,
)

export async function upsertJobRuns(tx: Transaction, rows: readonly JobRow[]): Promise<void> {
  await upsertJobs(tx, rows)
}

/** The jobs of processes that have been heard of since then. */
export async function findJobRuns(reader: Reader, seenSince: number): Promise<JobOfProcess[]> {
  return reader.query<JobOfProcess>(
    `SELECT job_runs.*, host, pid FROM job_runs JOIN processes ON processes.id = process
     WHERE seen_at > $1 ORDER BY job, process`,
    seenSince,
  )
}

/** Jobs of processes that are not there any more. */
export async function deleteJobRunsOfNobody(tx: Transaction): Promise<void> {
  await tx.query('DELETE FROM job_runs WHERE process NOT IN (SELECT id FROM processes)')
}

/** Write a row and take it away again, which fails where nothing can be stored. */
export async function tryWriting(db: Database): Promise<void> {
  const row = { id: 'prc_doctor', host: '', pid: 0, started_at: 0, seen_at: 0 }
  await db.transaction((tx) => upsertProcess(tx, row))
  await db.transaction((tx) => deleteProcess(tx, row.id))
}
