import type { Reader, Transaction } from '../../database/database.ts'
import type { AlarmRow } from '../store.ts'

export interface SilenceRow {
  readonly id: string
  readonly rule: string
  readonly subject: string | null
  readonly reason: string
  readonly created_at: number
  /** Null by the command line. */
  readonly owner: string | null
  readonly ends_at: number
}

export async function insertSilence(tx: Transaction, row: SilenceRow): Promise<void> {
  await tx.query(
    `INSERT INTO alarm_silences (id, rule, subject, reason, created_at, owner, ends_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    row.id,
    row.rule,
    row.subject,
    row.reason,
    row.created_at,
    row.owner,
    row.ends_at,
  )
}

/** Those that are not over. */
export async function findSilences(
  reader: Reader,
  now: number,
  after: string,
  limit: number,
): Promise<SilenceRow[]> {
  return reader.query<SilenceRow>(
    'SELECT * FROM alarm_silences WHERE ends_at > $1 AND id > $2 ORDER BY id LIMIT $3',
    now,
    after,
    limit,
  )
}

/** Until when an alarm is silent; undefined if it is not. */
export async function findSilentUntil(
  reader: Reader,
  { rule, subject }: Pick<AlarmRow, 'rule' | 'subject'>,
  now: number,
): Promise<number | undefined> {
  const [row] = await reader.query<{ until: number | null }>(
    `SELECT MAX(ends_at) AS until FROM alarm_silences
      WHERE rule = $1 AND (subject IS NULL OR subject = $2) AND ends_at > $3`,
    rule,
    subject,
    now,
  )
  return row?.until ?? undefined
}

export async function deleteSilence(tx: Transaction, id: string): Promise<SilenceRow | undefined> {
  const [row] = await tx.query<SilenceRow>('DELETE FROM alarm_silences WHERE id = $1 RETURNING *', id)
  return row
}

/** Those of a rule that is removed. */
export async function deleteSilencesOf(tx: Transaction, rule: string): Promise<void> {
  await tx.query('DELETE FROM alarm_silences WHERE rule = $1', rule)
}

export async function sweepSilences(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM alarm_silences WHERE ends_at <= $1', now)
}

/** Forget somebody, also as the owner of a silence. */
export async function forgetSilences(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarm_silences WHERE subject = $1', name)
  await tx.query('UPDATE alarm_silences SET owner = NULL WHERE owner = $1', name)
}
