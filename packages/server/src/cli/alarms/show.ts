import { findWhole } from '../../alarms/find.ts'
import { wholeAlarmView } from '../../alarms/views.ts'
import { escapeHidden } from '../../text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { whomOf } from './whom.ts'

export async function run({ args: [id = ''], json }: Given): Promise<void> {
  await withApp(async ({ alarms }) => {
    const alarm = wholeAlarmView.show(await findWhole(alarms.ground, id))
    const lines = [
      `${alarm.rule} (${alarm.severity}) about ${whomOf(alarm)}`,
      `${alarm.state}${alarm.flapping ? ', comes and goes' : ''}; since ${alarm.opened_at}, last at ${alarm.last_at}, ${alarm.times} times`,
      ...Object.entries(alarm.facts).map(([name, value]) => `  ${name}: ${value}`),
      ...alarm.members.map(
        ({ subject, name, ended_at: ended }) => `  ${name ?? subject}${ended === null ? '' : ', over'}`,
      ),
      ...alarm.events.map((event) => `  event ${event}`),
    ]
    createOutput(json).result(lines.map(escapeHidden).join('\n'), alarm)
  })
}
