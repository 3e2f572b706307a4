import type { Reader, Transaction, Value } from '../database/database.ts'
import { inBatches } from '../database/insert.ts'
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
  readonly state?: AlarmState | undefined
  readonly rule?: string | undefined
  readonly severity?: string | undefined
  readonly subject?: string | undefined
  /** The last one of the page before. */
  readonly after?: string | undefined
}

const conditionOf: Readonly<Record<AlarmState, string>> = {
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

/** What a window remembers, as JSON. */
export async function findWindow(reader: Reader, rule: string, subject: string): Promise<string | undefined> {
  const [row] = await reader.query<{ recent: string }>(
    'SELECT recent FROM alarm_windows WHERE rule = $1 AND subject = $2',
    rule,
    subject,
  )
  return row?.recent
}

/** A window of a rule and a subject. */
export interface WindowRow {
  readonly rule: string
  readonly subject: string
  readonly recent: string
  readonly at: number
}

const upsertWindows = inBatches((size) => {
  const rows = Array.from(
    { length: size },
    (_, at) => `($${4 * at + 1}, $${4 * at + 2}, $${4 * at + 3}, $${4 * at + 4})`,
  )
  return `INSERT INTO alarm_windows (rule, subject, recent, at) VALUES ${rows.join(', ')}
    ON CONFLICT (rule, subject) DO UPDATE SET recent = excluded.recent, at = excluded.at`
})

export async function putWindows(tx: Transaction, rows: readonly WindowRow[]): Promise<void> {
  await upsertWindows(tx, rows, ({ rule, subject, recent, at }) => [rule, subject, recent, at])
}

export async function sweepWindows(tx: Transaction, rule: string, before: number): Promise<void> {
  await tx.query('DELETE FROM alarm_windows WHERE rule = $1 AND at < $2', rule, before)
}

/** Where a person has signed in, and when last. */
export interface PlaceRow {
  readonly user_id: string
  readonly region: string
  readonly at: number
}

/** The latest first. */
export async function findPlaces(reader: Reader, userId: string): Promise<PlaceRow[]> {
  return reader.query<PlaceRow>(
    'SELECT user_id, region, at FROM alarm_places WHERE user_id = $1 ORDER BY at DESC, region',
    userId,
  )
}

export async function putPlace(tx: Transaction, { user_id, region, at }: PlaceRow): Promise<void> {
  await tx.query(
    `INSERT INTO alarm_places (user_id, region, at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id, region) DO UPDATE SET at = excluded.at WHERE alarm_places.at < excluded.at`,
    user_id,
    region,
    at,
  )
}

export async function sweepPlaces(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM alarm_places WHERE at < $1', before)
}

const upsertDevices = inBatches((size) => {
  const rows = Array.from({ length: size }, (_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS BIGINT))`)
  const seen = `SELECT column1 AS uid, column2 AS seen_at FROM (VALUES ${rows.join(', ')}) AS given`
  // One that was removed meanwhile has no row to refer to.
  return `INSERT INTO alarm_devices (uid, seen_at)
    SELECT seen.uid, seen.seen_at FROM (${seen}) AS seen JOIN devices d ON d.uid = seen.uid WHERE true
    ON CONFLICT (uid) DO UPDATE SET seen_at = excluded.seen_at WHERE alarm_devices.seen_at < excluded.seen_at`
})

/** Note which devices are connected here now. */
export async function noteDevices(tx: Transaction, uids: readonly string[], now: number): Promise<void> {
  await upsertDevices(tx, uids, (uid) => [uid, now])
}

/** Devices of somebody that were not seen since a moment, though they once were; of these products, or of all. */
export async function findOfflineDevices(
  reader: Reader,
  seenBefore: number,
  products: readonly string[],
  limit: number,
): Promise<string[]> {
  const values: Value[] = [seenBefore, limit, ...products]
  const ofProduct =
    products.length === 0 ? '' : `AND d.product IN (${products.map((_, at) => `$${at + 3}`).join(', ')})`
  const rows = await reader.query<{ uid: string }>(
    `SELECT d.uid FROM devices d LEFT JOIN alarm_devices s ON s.uid = d.uid
      WHERE d.state = 'bound' AND COALESCE(d.last_seen_at, s.seen_at) IS NOT NULL
        AND COALESCE(d.last_seen_at, 0) <= $1 AND COALESCE(s.seen_at, 0) <= $1 ${ofProduct}
      ORDER BY d.uid LIMIT $2`,
    ...values,
  )
  return rows.map(({ uid }) => uid)
}

/**
 * Say that this server is there; since when it is without a gap longer than `gapMs`. It holds the row, so that of several
 * processes one looks at a time.
 */
export async function stayAwake(tx: Transaction, now: number, gapMs: number): Promise<number> {
  const [row] = await tx.query<{ since: number }>(
    `INSERT INTO alarm_watch (one, since, awake_at) VALUES (1, $1, $1)
     ON CONFLICT (one) DO UPDATE SET
       since = CASE WHEN alarm_watch.awake_at < $2 THEN excluded.since ELSE alarm_watch.since END,
       awake_at = excluded.awake_at
     RETURNING since`,
    now,
    now - gapMs,
  )
  return row!.since
}

/** Count from a later moment on, because a process was lost then. */
export async function watchSince(tx: Transaction, since: number): Promise<void> {
  await tx.query('UPDATE alarm_watch SET since = $1 WHERE since < $1', since)
}

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

export async function sweepSilences(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM alarm_silences WHERE ends_at <= $1', now)
}

/** Alarms of a rule whose telling waits are to be looked at, because a silence ended. */
export async function tellAgain(tx: Transaction, rule: string, now: number): Promise<void> {
  await tx.query('UPDATE alarms SET tell_at = $2 WHERE rule = $1 AND tell_at > $2', rule, now)
}

/** Forget somebody: what is kept of them here is theirs alone. */
export async function forgetSubject(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarms WHERE subject = $1', name)
  await tx.query('DELETE FROM alarm_subjects WHERE subject = $1', name)
  await tx.query('DELETE FROM alarm_windows WHERE subject = $1', name)
  await tx.query('DELETE FROM alarm_places WHERE user_id = $1', name)
  await tx.query('DELETE FROM alarm_silences WHERE subject = $1', name)
  await tx.query('UPDATE alarms SET acknowledged_by = NULL WHERE acknowledged_by = $1', name)
  await tx.query('UPDATE alarms SET closed_by = NULL WHERE closed_by = $1', name)
  await tx.query('UPDATE alarm_silences SET owner = NULL WHERE owner = $1', name)
}
