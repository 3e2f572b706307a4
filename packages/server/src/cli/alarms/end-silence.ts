import { endSilence } from '../../alarms/silences/silences.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [id = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    await endSilence(app, operator, id)
    createOutput(json).result('The silence is over.', { ended: id })
  })
}
