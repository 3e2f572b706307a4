import { outcomes } from '../../activity/events.ts'
import { addRule } from '../../alarms/own-rules/own-rules.ts'
import { groupings } from '../../alarms/own-rules/store.ts'
import { severities } from '../../alarms/rules.ts'
import { ruleView } from '../../alarms/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { countIn, oneOf, secondsOf } from '../options.ts'
import { createOutput } from '../output.ts'

interface Options {
  readonly title: string
  readonly event?: readonly string[]
  readonly outcome?: readonly string[]
  readonly reason?: readonly string[]
  readonly by: string
  readonly threshold: string
  readonly window: string
  readonly severity: string
  readonly mail: boolean
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const { title, event: events = [], outcome = [], reason: reasons = [], mail: sendsMail } = options
  const rule = {
    ...{ name, title, events, reasons, sendsMail, isOn: true },
    outcomes: outcome.map((text) => oneOf('--outcome', outcomes, text)!),
    groupBy: oneOf('--by', groupings, options.by)!,
    threshold: countIn('--threshold', options.threshold),
    windowSeconds: secondsOf('--window', options.window),
    severity: oneOf('--severity', severities, options.severity)!,
  }
  await withApp(async (app) => {
    const added = ruleView.show(await addRule(app, operator, rule))
    createOutput(json).result(
      `${name} counts from now on: from ${added.threshold} times on, ${added.severity}.`,
      added,
    )
  })
}
