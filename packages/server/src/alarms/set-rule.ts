import { alarmRule } from '../activity/events.ts'
import { type Fault, Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { isWholeWithin } from '../whole-number.ts'
import { findRule, type Rule } from './effective.ts'
import type { Shape } from './own-rules/shape.ts'
import { closeAllOf } from './raise.ts'
import {
  fastest,
  isRuleName,
  longestWindowMs,
  mostCounted,
  type Severity,
  shippedRules,
  shortestWindowMs,
} from './rules.ts'
import { findRuleChanges, putRuleChange } from './store.ts'

/** What is changed of a rule; null is as it ships, and what is not given stays. */
export interface RuleChange {
  readonly isOn?: boolean | null | undefined
  readonly threshold?: number | null | undefined
  readonly windowSeconds?: number | null | undefined
  readonly severity?: Severity | null | undefined
  readonly sendsMail?: boolean | null | undefined
  readonly products?: readonly string[] | null | undefined
}

/** What a rule counts, which is changed of one's own rules alone. */
export type Counts = { readonly [Member in keyof Shape]?: Shape[Member] | undefined }

const mostProducts = 20
const ownMembers = [
  ['title', '/title'],
  ['events', '/events'],
  ['outcomes', '/outcomes'],
  ['reasons', '/reasons'],
  ['groupBy', '/group_by'],
] as const

/**
 * Change a rule. Turned off, its open alarms close.
 * @throws {Refusal} `alarm_rule_not_found`, `request_invalid`
 */
export async function setRule(
  { db, world, activity }: Ground,
  actor: Actor,
  name: string,
  change: RuleChange & Counts,
): Promise<Rule> {
  if (!isRuleName(name)) throw new Refusal('alarm_rule_not_found', 'there is no such rule')
  const faults = faultsOf(name, change)
  if (faults.length > 0) throw new Refusal('request_invalid', 'the rule cannot be so', { faults })
  return db.transaction(async (tx) => {
    const now = world.now()
    const before = (await findRuleChanges(tx)).find((row) => row.name === name)
    const products = change.products?.join(',') || null
    await putRuleChange(tx, {
      ...{ name, changed_at: now },
      is_on: changed(flag(change.isOn), before?.is_on),
      threshold: changed(change.threshold, before?.threshold),
      window_ms: changed(change.windowSeconds && change.windowSeconds * 1000, before?.window_ms),
      severity: changed(change.severity, before?.severity),
      sends_mail: changed(flag(change.sendsMail), before?.sends_mail),
      products: changed(change.products === undefined ? undefined : products, before?.products),
    })
    const rule = await findRule(tx, name)
    if (!rule) throw new Error('a rule that ships is always found')
    if (!rule.isOn) await closeAllOf({ world, activity }, tx, actor, name)
    await activity.record(tx, actor, 'alarm.change_rule', alarmRule(name), {
      details: {
        ...{ is_on: rule.isOn, threshold: rule.threshold, window_seconds: rule.windowMs / 1000 },
        ...{ severity: rule.severity, sends_mail: rule.sendsMail, products: rule.products.join(',') },
      },
    })
    return rule
  })
}

const flag = (value: boolean | null | undefined) => (typeof value === 'boolean' ? Number(value) : value)

const changed = <Value>(given: Value | null | undefined, before: Value | null | undefined): Value | null =>
  given === undefined ? (before ?? null) : given

function faultsOf(name: keyof typeof shippedRules, change: RuleChange & Counts): Fault[] {
  const faults: Fault[] = []
  for (const [member, field] of ownMembers) {
    if (change[member] !== undefined) faults.push({ field, reason: 'is as it ships' })
  }
  const { counts } = shippedRules[name]
  const [least, most] = counts === 'km/h' ? [100, fastest] : [1, mostCounted]
  const within = (field: string, value: number | null | undefined, from: number, upTo: number) => {
    if (typeof value === 'number' && !isWholeWithin(value, from, upTo))
      faults.push({ field, reason: `must be ${from} to ${upTo}` })
  }
  within('/threshold', change.threshold, least, most)
  within('/window_seconds', change.windowSeconds, shortestWindowMs / 1000, longestWindowMs / 1000)
  const { products } = change
  if (products && name !== 'device_offline') {
    faults.push({ field: '/products', reason: 'only device_offline is of products' })
  } else if (products && (products.length > mostProducts || products.some((text) => text.includes(',')))) {
    faults.push({ field: '/products', reason: `must be ${mostProducts} at most, without commas` })
  }
  return faults
}
