import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import type { EventReason } from '../schema/reasons.ts'

/** One backup. Times are milliseconds since the epoch. */
export interface BackupRow {
  readonly id: string
  readonly began_at: number
  /** When the process that makes it was heard of last. */
  readonly beat_at: number
  readonly ended_at: number | null
  readonly place: string
  readonly outcome: 'running' | 'success' | 'failure'
  readonly reason: EventReason | null
  /** How many events the log had. */
  readonly size: number
  /** What was written. */
  readonly files: number
  readonly bytes: number
}

const insert = insertInto<keyof BackupRow>('activity_backups', [
  'id',
  'began_at',
  'beat_at',
  'ended_at',
  'place',
  'outcome',
  'reason',
  'size',
  'files',
  'bytes',
])

/** Begin one. There is one at a time: an index refuses a second that runs. */
export async function insertBackup(tx: Transaction, row: BackupRow): Promise<void> {
  await insert(tx, [row])
}

/** Those whose process was not heard of since then have ended. */
export async function endSilentBackups(tx: Transaction, before: number, now: number): Promise<void> {
  await tx.query(
    `UPDATE activity_backups SET outcome = 'failure', reason = 'ended_early', ended_at = $2
      WHERE outcome = 'running' AND beat_at <= $1`,
    before,
    now,
  )
}

export async function setBackup(
  tx: Transaction,
  { id, beat_at: beatAt, ended_at: endedAt, outcome, reason, size, files, bytes }: BackupRow,
): Promise<boolean> {
  const changed = await tx.query(
    `UPDATE activity_backups SET beat_at = $2, ended_at = $3, outcome = $4, reason = $5, size = $6, files = $7, bytes = $8
      WHERE id = $1 AND outcome = 'running' RETURNING id`,
    id,
    beatAt,
    endedAt,
    outcome,
    reason,
    size,
    files,
    bytes,
  )
  return changed.length > 0
}

/** The newest first. */
export async function findBackups(
  reader: Reader,
  before: string | undefined,
  limit: number,
): Promise<BackupRow[]> {
  return reader.query<BackupRow>(
    'SELECT * FROM activity_backups WHERE id < $1 ORDER BY id DESC LIMIT $2',
    before ?? '~',
    limit,
  )
}
