import type { Reader } from '../database/database.ts'
import { ruleOf, type Shape, shapeOf } from './own-rules/shape.ts'
import { findOwnRules, type OwnRuleRow } from './own-rules/store.ts'
import { type RuleName, ruleNames, type Severity, type ShippedRule, shippedRules } from './rules.ts'
import { findRuleChanges, type RuleChangeRow } from './store.ts'

/** A rule as it is in force. */
export interface Rule extends ShippedRule {
  /** {@link RuleName}, or `own.` and a word. */
  readonly name: string
  /** What a rule counts that somebody has added; null for one that ships. */
  readonly own: Shape | null
  readonly sendsMail: boolean
  /** The products that a rule about devices is for; all if it names none. */
  readonly products: readonly string[]
  readonly changedAt: number | null
  /** As it ships; null for one that somebody has added. */
  readonly shipped: {
    readonly isOn: boolean
    readonly severity: Severity
    readonly threshold: number
    readonly windowMs: number
  } | null
}

/** All rules, those that ship in their order and then those that were added, as they are in force. */
export async function findRules(reader: Reader): Promise<readonly Rule[]> {
  const changes = new Map((await findRuleChanges(reader)).map((row) => [row.name, row]))
  const shipped = ruleNames.map((name) => inForce(name, changes.get(name)))
  return [...shipped, ...(await findOwnRules(reader)).map(ownInForce)]
}

/** Undefined if there is none of this name. */
export async function findRule(reader: Reader, name: string): Promise<Rule | undefined> {
  return (await findRules(reader)).find((rule) => rule.name === name)
}

function inForce(name: RuleName, change: RuleChangeRow | undefined): Rule {
  const shipped: ShippedRule = shippedRules[name]
  const { isOn, severity, threshold, windowMs } = shipped
  return {
    ...shipped,
    ...{ name, own: null, shipped: { isOn, severity, threshold, windowMs } },
    isOn: change?.is_on == null ? isOn : change.is_on === 1,
    severity: change?.severity ?? severity,
    threshold: change?.threshold ?? threshold,
    windowMs: change?.window_ms ?? windowMs,
    sendsMail: change?.sends_mail !== 0,
    products: change?.products?.split(',') ?? [],
    changedAt: change?.changed_at ?? null,
  }
}

function ownInForce(row: OwnRuleRow): Rule {
  return {
    ...ruleOf(row),
    ...{ name: row.name, own: shapeOf(row), shipped: null, products: [] },
    ...{ sendsMail: row.sends_mail === 1, changedAt: row.changed_at },
  }
}
