import type { Reader, Transaction } from '../../database/database.ts'
import { inBatches } from '../../database/insert.ts'

/** Note which events an alarm rests on: the first `most` of them. */
export async function linkEvent(tx: Transaction, alarm: string, event: string, most: number): Promise<void> {
  await tx.query(
    `INSERT INTO alarm_events (alarm, event) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)
      WHERE (SELECT COUNT(*) FROM alarm_events WHERE alarm = $1) < $3
     ON CONFLICT (alarm, event) DO NOTHING`,
    alarm,
    event,
    most,
  )
}

/** Oldest first. */
export async function findAlarmEvents(reader: Reader, alarm: string): Promise<string[]> {
  const rows = await reader.query<{ event: string }>(
    'SELECT event FROM alarm_events WHERE alarm = $1 ORDER BY event',
    alarm,
  )
  return rows.map(({ event }) => event)
}

/** Of a grouped alarm: for whom it holds. */
export interface AlarmSubjectRow {
  readonly subject: string
  readonly at: number
  readonly ended_at: number | null
}

const upsertSubjects = inBatches((size) => {
  const rows = Array.from({ length: size }, (_, at) => `($${3 * at + 1}, $${3 * at + 2}, $${3 * at + 3})`)
  return `INSERT INTO alarm_subjects (alarm, subject, at) VALUES ${rows.join(', ')}
    ON CONFLICT (alarm, subject) DO UPDATE SET at = excluded.at, ended_at = NULL
      WHERE alarm_subjects.ended_at IS NOT NULL
    RETURNING subject`
})

/** Those that are new, or for whom it was over. */
export async function addAlarmSubjects(
  tx: Transaction,
  alarm: string,
  subjects: readonly string[],
  at: number,
): Promise<string[]> {
  const rows = await upsertSubjects<string, { subject: string }>(tx, subjects, (subject) => [
    alarm,
    subject,
    at,
  ])
  return rows.map(({ subject }) => subject).sort()
}

export async function clearAlarmSubjects(tx: Transaction, alarm: string): Promise<void> {
  await tx.query('DELETE FROM alarm_subjects WHERE alarm = $1', alarm)
}

export async function endAlarmSubject(
  tx: Transaction,
  alarm: string,
  subject: string,
  now: number,
): Promise<void> {
  await tx.query(
    'UPDATE alarm_subjects SET ended_at = $3 WHERE alarm = $1 AND subject = $2 AND ended_at IS NULL',
    alarm,
    subject,
    now,
  )
}

/** In the order in which it began for them. */
export async function findAlarmSubjects(
  reader: Reader,
  alarm: string,
  limit: number,
): Promise<AlarmSubjectRow[]> {
  return reader.query<AlarmSubjectRow>(
    'SELECT subject, at, ended_at FROM alarm_subjects WHERE alarm = $1 ORDER BY at, subject LIMIT $2',
    alarm,
    limit,
  )
}

/** Those for whom it is not over. */
export async function findLiveSubjects(reader: Reader, alarm: string): Promise<string[]> {
  const rows = await reader.query<{ subject: string }>(
    'SELECT subject FROM alarm_subjects WHERE alarm = $1 AND ended_at IS NULL ORDER BY subject',
    alarm,
  )
  return rows.map(({ subject }) => subject)
}

export async function forgetConcerned(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarm_subjects WHERE subject = $1', name)
}
