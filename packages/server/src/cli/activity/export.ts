import { exportFormats, exportLog } from '../../activity/export.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { WrongUse } from '../wrong-use.ts'
import { askedOf, idsOf, type SoughtWithTimes } from './sought.ts'

interface Options extends SoughtWithTimes {
  readonly format: string
}

export async function run({ options }: Given<Options>): Promise<void> {
  const { format: named, ...sought } = options
  const format = exportFormats.find((one) => one === named)
  if (format === undefined) throw new WrongUse('--format is csv or ndjson')
  const asked = askedOf(sought)
  await withApp(async (app) => {
    const ground = { ...app, sequencer: app.proof.ground.sequencer, idsOf: idsOf(app) }
    for await (const text of await exportLog(ground, operator, { ...asked, format })) {
      if (process.stdout.write(text)) continue
      await new Promise((resolve) => process.stdout.once('drain', resolve))
    }
  })
}
