import { close } from '../../alarms/acknowledge.ts'
import { named } from '../../alarms/find.ts'
import { alarmView } from '../../alarms/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [id = ''], json }: Given): Promise<void> {
  await withApp(async ({ alarms: { ground } }) => {
    const alarm = alarmView.show(await named(ground, await close(ground, operator, id)))
    createOutput(json).result(`${id} is closed.`, alarm)
  })
}
