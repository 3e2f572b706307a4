import { listAlarmsOf } from '../../alarms/find.ts'
import { severities } from '../../alarms/rules.ts'
import { alarmStates } from '../../alarms/store.ts'
import { alarmView } from '../../alarms/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { countIn, oneOf } from '../options.ts'
import { createOutput, table } from '../output.ts'
import { whomOf } from './whom.ts'

interface Options {
  readonly state?: string
  readonly rule?: string
  readonly severity?: string
  readonly subject?: string
  readonly limit: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const { rule, subject } = options
  const state = oneOf('--state', alarmStates, options.state)
  const severity = oneOf('--severity', severities, options.severity)
  const limit = countIn('--limit', options.limit)
  await withApp(async ({ alarms }) => {
    const filter = { state: state ?? 'live', rule, severity, subject } as const
    const shown = (await listAlarmsOf(alarms.ground, filter, limit)).map(alarmView.show)
    const rows = shown.map((alarm) => [
      ...[alarm.id, alarm.severity, alarm.state, alarm.rule],
      ...[whomOf(alarm), String(alarm.times), alarm.last_at],
    ])
    createOutput(json).result(
      table(['ALARM', 'SEVERITY', 'STATE', 'RULE', 'ABOUT', 'TIMES', 'LAST'], rows),
      shown,
    )
  })
}
