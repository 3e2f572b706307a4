import type { Reader, Transaction, Value } from '../database/database.ts'
import type { Severity } from './rules.ts'

/** What was changed of a rule; null is as it ships. */
export interface RuleChangeRow {
  readonly name: string
  readonly is_on: number | null
  readonly threshold: number | null
  readonly window_ms: number | null
  readonly severity: Severity | null
  readonly sends_mail: number | null
  /** Products with commas between, for a rule about devices. */
  readonly products: string | null
  readonly changed_at: number
}

export async function findRuleChanges(reader: Reader): Promise<RuleChangeRow[]> {
  return reader.query<RuleChangeRow>('SELECT * FROM alarm_rules ORDER BY name')
}

export async function putRuleChange(tx: Transaction, row: RuleChangeRow): Promise<void> {
  await tx.query(
    `INSERT INTO alarm_rules (name, is_on, threshold, window_ms, severity, sends_mail, products, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, threshold = excluded.threshold,
       window_ms = excluded.window_ms, severity = excluded.severity, sends_mail = excluded.sends_mail,
       products = excluded.products, changed_at = excluded.changed_at`,
    row.name,
    row.is_on,
    row.threshold,
    row.window_ms,
    row.severity,
    row.sends_mail,
    row.products,
    row.changed_at,
  )
}

/** `open` and `returns` are told as they begin, `flapping` once, `over` when it is over. */
export type Told = 'nothing' | 'open' | 'flapping' | 'over'

/** `over`: by itself. `grouped`: it is part of a grouped alarm now. `closed`: by a person. `rule_off`: its rule was turned off. */
export type CloseReason = 'over' | 'grouped' | 'closed' | 'rule_off'

/** Times are milliseconds since the epoch. */
export interface AlarmRow {
  readonly id: string
  readonly rule: string
  /** Empty for a group. */
  readonly subject: string
  readonly subject_kind: string | null
  readonly severity: Severity
  /** JSON. */
  readonly facts: string | null
  readonly opened_at: number
  readonly last_at: number
  readonly times: number
  readonly subjects: number
  readonly holds_until: number | null
  readonly acknowledged_at: number | null
  readonly acknowledged_by: string | null
  readonly closed_at: number | null
  readonly closed_by: string | null
  readonly close_reason: CloseReason | null
  readonly returns: number
  readonly told: Told
  readonly told_at: number | null
  readonly told_times: number
  readonly tell_at: number | null
}

/** An alarm that begins. */
export type NewAlarm = Pick<
  AlarmRow,
  | 'id'
  | 'rule'
  | 'subject'
  | 'subject_kind'
  | 'severity'
  | 'facts'
  | 'opened_at'
  | 'last_at'
  | 'times'
  | 'subjects'
  | 'holds_until'
  | 'tell_at'
>

/** False if there is an open one of this rule and subject already. */
export async function insertAlarm(tx: Transaction, row: NewAlarm): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO alarms (id, rule, subject, subject_kind, severity, facts, opened_at, last_at, times, subjects, holds_until,
       tell_at, returns, told, told_times)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 'nothing', 0)
     ON CONFLICT (rule, subject) WHERE closed_at IS NULL DO NOTHING RETURNING id`,
    row.id,
    row.rule,
    row.subject,
    row.subject_kind,
    row.severity,
    row.facts,
    row.opened_at,
    row.last_at,
    row.times,
    row.subjects,
    row.holds_until,
    row.tell_at,
  )
  return rows.length === 1
}

export async function findAlarm(reader: Reader, id: string): Promise<AlarmRow | undefined> {
  const [row] = await reader.query<AlarmRow>('SELECT * FROM alarms WHERE id = $1', id)
  return row
}

export const alarmStates = ['open', 'acknowledged', 'closed'] as const
export type AlarmState = (typeof alarmStates)[number]

/** Every field that is given must match. */
export interface AlarmFilter {
  /** `live`: open or acknowledged. */
  readonly state?: AlarmState | 'live' | undefined
  readonly rule?: string | undefined
  readonly severity?: string | undefined
  readonly subject?: string | undefined
  /** The last one of the page before. */
  readonly after?: string | undefined
}

const conditionOf: Readonly<Record<AlarmState | 'live', string>> = {
  live: 'closed_at IS NULL',
  open: 'closed_at IS NULL AND acknowledged_at IS NULL',
  acknowledged: 'closed_at IS NULL AND acknowledged_at IS NOT NULL',
  closed: 'closed_at IS NOT NULL',
}

/** Newest first. */
export async function findAlarms(
  reader: Reader,
  { state, rule, severity, subject, after }: AlarmFilter,
  limit: number,
): Promise<AlarmRow[]> {
  const values: Value[] = []
  const conditions: string[] = ["(close_reason IS NULL OR close_reason <> 'grouped')"]
  if (state !== undefined) conditions.push(conditionOf[state])
  if (rule !== undefined) conditions.push(`rule = $${values.push(rule)}`)
  if (severity !== undefined) conditions.push(`severity = $${values.push(severity)}`)
  if (subject !== undefined) {
    const place = `$${values.push(subject)}`
    conditions.push(
      `(subject = ${place} OR id IN (SELECT alarm FROM alarm_subjects WHERE subject = ${place}))`,
    )
  }
  if (after !== undefined) conditions.push(`id < $${values.push(after)}`)
  const where = conditions.join(' AND ')
  const at = values.push(limit)
  return reader.query<AlarmRow>(
    `SELECT * FROM alarms WHERE ${where} ORDER BY id DESC LIMIT $${at}`,
    ...values,
  )
}

export async function countOpenAlarms(reader: Reader): Promise<{ open: number; acknowledged: number }> {
  const [row] = await reader.query<{ open: number; acknowledged: number }>(
    `SELECT COUNT(*) - COUNT(acknowledged_at) AS open, COUNT(acknowledged_at) AS acknowledged
       FROM alarms WHERE closed_at IS NULL`,
  )
  return { open: Number(row?.open ?? 0), acknowledged: Number(row?.acknowledged ?? 0) }
}

/** All that are open of a rule, oldest first. */
export async function findOpenOfRule(reader: Reader, rule: string): Promise<AlarmRow[]> {
  return reader.query<AlarmRow>(
    'SELECT * FROM alarms WHERE rule = $1 AND closed_at IS NULL ORDER BY id',
    rule,
  )
}

export async function findOpenAlarm(
  reader: Reader,
  rule: string,
  subject: string,
): Promise<AlarmRow | undefined> {
  const [row] = await reader.query<AlarmRow>(
    'SELECT * FROM alarms WHERE rule = $1 AND subject = $2 AND closed_at IS NULL',
    rule,
    subject,
  )
  return row
}

/** What an alarm has more of. */
export interface Growth {
  readonly times: number
  readonly subjects: number
  readonly lastAt: number
  readonly holdsUntil: number | null
  readonly facts: string | null
  readonly tellAt: number | null
}

export async function growAlarm(tx: Transaction, id: string, more: Growth): Promise<void> {
  await tx.query(
    `UPDATE alarms SET times = times + $2, subjects = subjects + $3,
       last_at = CASE WHEN last_at < $4 THEN $4 ELSE last_at END,
       holds_until = $5, facts = COALESCE($6, facts), tell_at = COALESCE(tell_at, $7)
      WHERE id = $1 AND closed_at IS NULL`,
    id,
    more.times,
    more.subjects,
    more.lastAt,
    more.holdsUntil,
    more.facts,
    more.tellAt,
  )
}

/** Open an alarm again that closed by itself after `closedSince`; the one that it is. */
export async function reopenAlarm(
  tx: Transaction,
  { rule, subject }: Pick<AlarmRow, 'rule' | 'subject'>,
  closedSince: number,
  { times, lastAt, holdsUntil, facts, tellAt }: Omit<Growth, 'subjects'>,
): Promise<AlarmRow | undefined> {
  const [row] = await tx.query<AlarmRow>(
    `UPDATE alarms SET closed_at = NULL, closed_by = NULL, close_reason = NULL, acknowledged_at = NULL,
       acknowledged_by = NULL, returns = returns + 1, subjects = 1, times = times + $4, last_at = $5, holds_until = $6,
       facts = COALESCE($7, facts), tell_at = $8
      WHERE id = (SELECT MAX(id) FROM alarms WHERE rule = $1 AND subject = $2) AND closed_at > $3 AND close_reason = 'over'
      RETURNING *`,
    rule,
    subject,
    closedSince,
    times,
    lastAt,
    holdsUntil,
    facts,
    tellAt,
  )
  return row
}

/** The alarm, if it was open: of any number at once, one closes it. */
export async function closeAlarm(
  tx: Transaction,
  id: string,
  { now, by, reason, tellAt }: { now: number; by: string | null; reason: CloseReason; tellAt: number | null },
): Promise<AlarmRow | undefined> {
  const [row] = await tx.query<AlarmRow>(
    `UPDATE alarms SET closed_at = $2, closed_by = $3, close_reason = $4, tell_at = $5
      WHERE id = $1 AND closed_at IS NULL RETURNING *`,
    id,
    now,
    by,
    reason,
    tellAt,
  )
  return row
}

/** Those that hold no longer. */
export async function closeQuietAlarms(tx: Transaction, now: number): Promise<AlarmRow[]> {
  return tx.query<AlarmRow>(
    `UPDATE alarms SET closed_at = $1, close_reason = 'over', tell_at = $1
      WHERE closed_at IS NULL AND holds_until <= $1 RETURNING *`,
    now,
  )
}

/** The alarm, if it was open and nobody had acknowledged it. */
export async function acknowledgeAlarm(
  tx: Transaction,
  id: string,
  by: string | null,
  now: number,
): Promise<AlarmRow | undefined> {
  const [row] = await tx.query<AlarmRow>(
    `UPDATE alarms SET acknowledged_at = $3, acknowledged_by = $2
      WHERE id = $1 AND closed_at IS NULL AND acknowledged_at IS NULL RETURNING *`,
    id,
    by,
    now,
  )
  return row
}

/** Of which there may be something to tell. */
export async function findAlarmsToTell(reader: Reader, now: number, limit: number): Promise<AlarmRow[]> {
  return reader.query<AlarmRow>(
    'SELECT * FROM alarms WHERE tell_at <= $1 ORDER BY tell_at, id LIMIT $2',
    now,
    limit,
  )
}

/** Note what is told, if nothing was told or changed since `before`. Of any number at once, one does. */
export async function noteTold(
  tx: Transaction,
  before: Pick<AlarmRow, 'id' | 'told' | 'told_at' | 'tell_at' | 'times' | 'closed_at'>,
  after: {
    readonly told: Told
    readonly toldAt: number | null
    readonly times: number
    readonly tellAt: number | null
  },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE alarms SET told = $5, told_at = $6, told_times = $7, tell_at = $8
      WHERE id = $1 AND told = $2 AND COALESCE(told_at, 0) = $3 AND tell_at = $4
        AND times = $9 AND COALESCE(closed_at, 0) = $10 RETURNING id`,
    before.id,
    before.told,
    before.told_at ?? 0,
    before.tell_at,
    after.told,
    after.toldAt,
    after.times,
    after.tellAt,
    before.times,
    before.closed_at ?? 0,
  )
  return rows.length === 1
}

export async function deleteAlarmsClosedBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM alarms WHERE closed_at < $1', at)
}

/** Alarms of a rule whose telling waits are to be looked at, because a silence ended. */
export async function tellAgain(tx: Transaction, rule: string, now: number): Promise<void> {
  await tx.query('UPDATE alarms SET tell_at = $2 WHERE rule = $1 AND tell_at > $2', rule, now)
}

/** Forget somebody, also as who acknowledged or closed an alarm. */
export async function forgetAlarms(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarms WHERE subject = $1', name)
  await tx.query('UPDATE alarms SET acknowledged_by = NULL WHERE acknowledged_by = $1', name)
  await tx.query('UPDATE alarms SET closed_by = NULL WHERE closed_by = $1', name)
}
