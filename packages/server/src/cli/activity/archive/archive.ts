import { keepRetention } from '../../../activity/archive/part.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ config, proof, sinks, ...ground }) => {
    await proof.ground.sequencer.settle()
    const { activityTableDays: tableDays, activityRetention: retention } = config
    const rules = { tableDays, retention, neededFrom: sinks.lowestCursor }
    const done = await keepRetention(ground, rules)
    await proof.ground.sequencer.settle()
    createOutput(json).result(`${done.moved} events moved to the archive, ${done.dropped} dropped.`, done)
  })
}
