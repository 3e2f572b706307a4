import { findRules } from '../../alarms/effective.ts'
import { ruleView } from '../../alarms/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const rules = (await findRules(db)).map(ruleView.show)
    const rows = rules.map((rule) => [
      ...[rule.name, rule.on ? 'on' : 'off', rule.severity, `${rule.threshold} ${rule.counts}`],
      ...[
        timeOf(rule.window_seconds),
        rule.sends_mail ? 'mail' : '-',
        rule.changed_at === null ? '-' : 'changed',
      ],
    ])
    createOutput(json).result(
      table(['RULE', 'IS', 'SEVERITY', 'FROM', 'WINDOW', 'TOLD', 'CHANGED'], rows),
      rules,
    )
  })
}

/** As `--window` takes it. */
function timeOf(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`
  }
  return `${seconds}s`
}
