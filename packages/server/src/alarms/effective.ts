import type { Reader } from '../database/database.ts'
import {
  isRuleName,
  type RuleName,
  ruleNames,
  type Severity,
  type ShippedRule,
  shippedRules,
} from './rules.ts'
import { findRuleChanges, type RuleChangeRow } from './store.ts'

/** A rule as it is in force. */
export interface Rule extends ShippedRule {
  readonly name: RuleName
  readonly sendsMail: boolean
  /** The products that a rule about devices is for; all if it names none. */
  readonly products: readonly string[]
  readonly changedAt: number | null
  /** As it ships. */
  readonly shipped: {
    readonly isOn: boolean
    readonly severity: Severity
    readonly threshold: number
    readonly windowMs: number
  }
}

/** All rules, in their order, as they are in force. */
export async function findRules(reader: Reader): Promise<readonly Rule[]> {
  const changes = new Map((await findRuleChanges(reader)).map((row) => [row.name, row]))
  return ruleNames.map((name) => inForce(name, changes.get(name)))
}

/** Undefined if there is none of this name. */
export async function findRule(reader: Reader, name: string): Promise<Rule | undefined> {
  if (!isRuleName(name)) return undefined
  return (await findRules(reader)).find((rule) => rule.name === name)
}

function inForce(name: RuleName, change: RuleChangeRow | undefined): Rule {
  const shipped: ShippedRule = shippedRules[name]
  const { isOn, severity, threshold, windowMs } = shipped
  return {
    ...shipped,
    ...{ name, shipped: { isOn, severity, threshold, windowMs } },
    isOn: change?.is_on == null ? isOn : change.is_on === 1,
    severity: change?.severity ?? severity,
    threshold: change?.threshold ?? threshold,
    windowMs: change?.window_ms ?? windowMs,
    sendsMail: change?.sends_mail !== 0,
    products: change?.products?.split(',') ?? [],
    changedAt: change?.changed_at ?? null,
  }
}
