import { changeOwnRule } from '../../alarms/own-rules/own-rules.ts'
import { isOwnName } from '../../alarms/own-rules/store.ts'
import { severities } from '../../alarms/rules.ts'
import { type RuleChange, setRule } from '../../alarms/set-rule.ts'
import { ruleView } from '../../alarms/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { countIn, oneOf, secondsOf } from '../options.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly on?: boolean
  readonly off?: boolean
  readonly threshold?: string
  readonly window?: string
  readonly severity?: string
  readonly mail?: boolean
  readonly product?: readonly string[]
  readonly asShipped?: boolean
}

const asShipped: RuleChange = {
  ...{ isOn: null, threshold: null, windowSeconds: null, severity: null, sendsMail: null, products: null },
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const { on, off, threshold, window, mail, product } = options
  if (on && off) throw new WrongUse('--on and --off cannot both be')
  const severity = oneOf('--severity', severities, options.severity)
  const change: RuleChange = {
    ...(options.asShipped && asShipped),
    ...((on || off) && { isOn: on === true }),
    ...(threshold !== undefined && { threshold: countIn('--threshold', threshold) }),
    ...(window !== undefined && { windowSeconds: secondsOf('--window', window) }),
    ...(severity !== undefined && { severity }),
    ...(mail !== undefined && { sendsMail: mail }),
    ...(product !== undefined && { products: product }),
  }
  if (Object.keys(change).length === 0) throw new WrongUse('say what is to change, such as --threshold 20')
  await withApp(async (app) => {
    const set = isOwnName(name) ? changeOwnRule : setRule
    const rule = ruleView.show(await set(app, operator, name, change))
    const text = rule.on
      ? `${name} is on: from ${rule.threshold} ${rule.counts} on, ${rule.severity}.`
      : `${name} is off, and its open alarms are closed.`
    createOutput(json).result(text, rule)
  })
}
