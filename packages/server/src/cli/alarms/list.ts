import { listAlarmsOf } from '../../alarms/find.ts'
import { severities } from '../../alarms/rules.ts'
import { alarmStates } from '../../alarms/store.ts'
import { alarmView } from '../../alarms/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { countIn, oneOf } from './options.ts'
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
    const states = state === undefined ? (['open', 'acknowledged'] as const) : [state]
    const ofEach = await Promise.all(
      states.map((state) => listAlarmsOf(alarms.ground, { state, rule, severity, subject }, limit)),
    )
    const newest = ofEach.flat().sort((one, other) => (one.id < other.id ? 1 : -1))
    const shown = newest.slice(0, limit).map(alarmView.show)
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
