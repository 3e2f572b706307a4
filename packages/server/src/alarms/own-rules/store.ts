import type { Reader, Transaction } from '../../database/database.ts'
import type { Severity } from '../rules.ts'

/** What the alarms of a rule are opened for, one each. */
export const groupings = ['subject', 'target', 'address', 'region', 'service', 'server'] as const
export type Grouping = (typeof groupings)[number]

/** A rule that somebody has added. Lists have blanks between; an empty one is any. */
export interface OwnRuleRow {
  /** `own.` and a word. */
  readonly name: string
  readonly title: string
  readonly events: string
  readonly outcomes: string
  readonly reasons: string
  readonly group_by: Grouping
  readonly is_on: number
  readonly threshold: number
  readonly window_ms: number
  readonly severity: Severity
  readonly sends_mail: number
  readonly created_at: number
  readonly changed_at: number
}

export const isOwnName = (name: string) => name.startsWith('own.')

const columns = [
  ...['name', 'title', 'events', 'outcomes', 'reasons', 'group_by', 'is_on', 'threshold', 'window_ms'],
  ...['severity', 'sends_mail', 'created_at', 'changed_at'],
] as (keyof OwnRuleRow)[] // each of them

/** @returns false if there is one of this name */
export async function insertOwnRule(tx: Transaction, row: OwnRuleRow): Promise<boolean> {
  const places = columns.map((_, at) => `$${at + 1}`)
  const rows = await tx.query(
    `INSERT INTO alarm_own_rules (${columns.join(', ')}) VALUES (${places.join(', ')})
     ON CONFLICT (name) DO NOTHING RETURNING name`,
    ...columns.map((column) => row[column]),
  )
  return rows.length > 0
}

export async function updateOwnRule(tx: Transaction, row: OwnRuleRow): Promise<void> {
  await tx.query(
    `UPDATE alarm_own_rules SET title = $2, events = $3, outcomes = $4, reasons = $5, group_by = $6, is_on = $7,
       threshold = $8, window_ms = $9, severity = $10, sends_mail = $11, changed_at = $12 WHERE name = $1`,
    row.name,
    row.title,
    row.events,
    row.outcomes,
    row.reasons,
    row.group_by,
    row.is_on,
    row.threshold,
    row.window_ms,
    row.severity,
    row.sends_mail,
    row.changed_at,
  )
}

/** In the order in which they were added. */
export async function findOwnRules(reader: Reader): Promise<OwnRuleRow[]> {
  return reader.query<OwnRuleRow>('SELECT * FROM alarm_own_rules ORDER BY created_at, name')
}

/** Held until the transaction ends. */
export async function holdOwnRule(tx: Transaction, name: string): Promise<OwnRuleRow | undefined> {
  const [row] = await tx.query<OwnRuleRow>(
    'UPDATE alarm_own_rules SET title = title WHERE name = $1 RETURNING *',
    name,
  )
  return row
}

export async function deleteOwnRule(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarm_own_rules WHERE name = $1', name)
}
