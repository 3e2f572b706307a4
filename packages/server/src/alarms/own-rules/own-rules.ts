import { alarmRule, outcomes as everyOutcome } from '../../activity/events.ts'
import { isEventReason } from '../../activity/schema/reasons.ts'
import { vocabulary } from '../../activity/schema/vocabulary.ts'
import type { Transaction } from '../../database/database.ts'
import { type Fault, Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { isWholeWithin } from '../../whole-number.ts'
import { wholeText } from '../../whole-text.ts'
import { findRule, type Rule } from '../effective.ts'
import { closeAllOf } from '../raise.ts'
import { sweepWindows } from '../remembered/store.ts'
import { longestWindowMs, mostCounted, type Severity, shortestWindowMs } from '../rules.ts'
import type { Counts, RuleChange } from '../set-rule.ts'
import { deleteSilencesOf } from '../silences/store.ts'
import { type Shape, shapeOf } from './shape.ts'
import {
  deleteOwnRule,
  findOwnRules,
  holdOwnRule,
  insertOwnRule,
  type OwnRuleRow,
  updateOwnRule,
} from './store.ts'

/** A rule as somebody adds it. */
export interface NewRule extends Shape {
  readonly name: string
  readonly threshold: number
  readonly windowSeconds: number
  readonly severity: Severity
  readonly isOn: boolean
  readonly sendsMail: boolean
}
export type OwnRuleChange = Counts & RuleChange

const mostRules = 50
const mostOfAList = 20
/** So that no rule that ships later has the same. */
const names = wholeText(/own\.[a-z][a-z0-9_]{0,39}/)

/**
 * Add a rule beside those that ship. It counts what is recorded from now on.
 * @throws {Refusal} `alarm_rule_exists`, `alarm_rule_limit_reached`, `request_invalid`
 */
export async function addRule({ db, world, activity }: Ground, actor: Actor, rule: NewRule): Promise<Rule> {
  const faults = faultsOf(rule)
  if (!names.test(rule.name))
    faults.unshift({ field: '/name', reason: 'must be own. and up to 40 small letters, digits and _' })
  if (faults.length > 0) throw invalid(faults)
  const now = world.now()
  return db.transaction(async (tx) => {
    if ((await findOwnRules(tx)).length >= mostRules)
      throw new Refusal('alarm_rule_limit_reached', `there are ${mostRules} rules of your own already`)
    const row = { ...rowOf(rule), name: rule.name, created_at: now, changed_at: now }
    if (!(await insertOwnRule(tx, row)))
      throw new Refusal('alarm_rule_exists', 'there is a rule of this name')
    await activity.record(tx, actor, 'alarm.add_rule', alarmRule(rule.name), { details: detailsOf(row) })
    return existing(tx, rule.name)
  })
}

/**
 * Change a rule of one's own; what is not given stays. What it has counted is counted anew where it counts something else.
 * @throws {Refusal} `alarm_rule_not_found`, `request_invalid`
 */
export async function changeOwnRule(
  { db, world, activity }: Ground,
  actor: Actor,
  name: string,
  change: OwnRuleChange,
): Promise<Rule> {
  return db.transaction(async (tx) => {
    const before = await holdOwnRule(tx, name)
    if (!before) throw notFound()
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const noneOf = given.find(([member, value]) => value === null || member === 'products')
    if (noneOf) throw invalid([{ field: `/${noneOf[0]}`, reason: 'this rule ships with nothing' }])
    const rule: NewRule = { ...ruleIn(before), ...Object.fromEntries(given) }
    const faults = faultsOf(rule)
    if (faults.length > 0) throw invalid(faults)
    const row = { ...before, ...rowOf(rule), changed_at: world.now() }
    await updateOwnRule(tx, row)
    if (countsOther(before, row)) await sweepWindows(tx, name, Number.MAX_SAFE_INTEGER)
    if (!rule.isOn) await closeAllOf({ world, activity }, tx, actor, name)
    await activity.record(tx, actor, 'alarm.change_rule', alarmRule(name), { details: detailsOf(row) })
    return existing(tx, name)
  })
}

/**
 * Remove a rule of one's own. Its open alarms close; those that there were stay.
 * @throws {Refusal} `alarm_rule_not_found`
 */
export async function removeRule({ db, world, activity }: Ground, actor: Actor, name: string): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await holdOwnRule(tx, name))) throw notFound()
    await closeAllOf({ world, activity }, tx, actor, name)
    await sweepWindows(tx, name, Number.MAX_SAFE_INTEGER)
    await deleteSilencesOf(tx, name)
    await deleteOwnRule(tx, name)
    await activity.record(tx, actor, 'alarm.remove_rule', alarmRule(name))
  })
}

async function existing(tx: Transaction, name: string): Promise<Rule> {
  const rule = await findRule(tx, name)
  if (!rule) throw new Error('a rule that was stored is found')
  return rule
}

const countsOther = (before: OwnRuleRow, after: OwnRuleRow) =>
  (['events', 'outcomes', 'reasons', 'group_by'] as const).some((column) => before[column] !== after[column])

function rowOf(rule: NewRule): Omit<OwnRuleRow, 'name' | 'created_at' | 'changed_at'> {
  const text = (list: readonly string[]) => [...new Set(list)].join(' ')
  return {
    ...{ title: rule.title, events: text(rule.events), outcomes: text(rule.outcomes) },
    ...{ reasons: text(rule.reasons), group_by: rule.groupBy, is_on: rule.isOn ? 1 : 0 },
    ...{ threshold: rule.threshold, window_ms: rule.windowSeconds * 1000, severity: rule.severity },
    sends_mail: rule.sendsMail ? 1 : 0,
  }
}

function ruleIn(row: OwnRuleRow): NewRule {
  const { title, events, outcomes, reasons, groupBy } = shapeOf(row)
  return {
    ...{ name: row.name, title, events, outcomes, reasons, groupBy, threshold: row.threshold },
    ...{ windowSeconds: row.window_ms / 1000, severity: row.severity },
    ...{ isOn: row.is_on === 1, sendsMail: row.sends_mail === 1 },
  }
}

function detailsOf({ is_on, threshold, window_ms, severity, sends_mail, ...row }: OwnRuleRow) {
  return {
    ...{
      is_on: is_on === 1,
      threshold,
      window_seconds: window_ms / 1000,
      severity,
      sends_mail: sends_mail === 1,
    },
    ...{ counted: row.events, outcomes: row.outcomes, reasons: row.reasons, group_by: row.group_by },
  }
}

function faultsOf({ threshold, windowSeconds, events, outcomes, reasons }: NewRule): Fault[] {
  const faults: Fault[] = []
  const within = (field: string, value: number, from: number, upTo: number) => {
    if (!isWholeWithin(value, from, upTo)) faults.push({ field, reason: `must be ${from} to ${upTo}` })
  }
  const among = (field: string, list: readonly string[], isKnown: (text: string) => boolean) => {
    if (list.length > mostOfAList) faults.push({ field, reason: `must be ${mostOfAList} at most` })
    const unknown = list.findIndex((text) => !isKnown(text))
    if (unknown >= 0) faults.push({ field: `${field}/${unknown}`, reason: 'is none that the log has' })
  }
  within('/threshold', threshold, 1, mostCounted)
  within('/window_seconds', windowSeconds, shortestWindowMs / 1000, longestWindowMs / 1000)
  among('/events', events, (text) => Object.hasOwn(vocabulary, text) && !text.startsWith('alarm.'))
  among('/outcomes', outcomes, (text) => everyOutcome.some((outcome) => outcome === text))
  among('/reasons', reasons, isEventReason)
  if (events.length + outcomes.length + reasons.length === 0)
    faults.push({ field: '/events', reason: 'a rule of every event says nothing' })
  return faults
}

const invalid = (faults: readonly Fault[]) =>
  new Refusal('request_invalid', 'the rule cannot be so', { faults: [...faults] })
const notFound = () => new Refusal('alarm_rule_not_found', 'there is no such rule of your own')
