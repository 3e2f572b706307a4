import { tail } from '../../activity/tail.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { activityLine } from './line.ts'

export async function run({ json }: Given): Promise<void> {
  const output = createOutput(json)
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  await withApp(async (app) => {
    output.note('following the log; Ctrl-C ends it')
    // Nothing else holds this process while nothing happens.
    const hold = setInterval(() => {}, 60_000)
    for await (const event of tail(app, stopping.signal)) output.result(activityLine(event), event)
    clearInterval(hold)
  })
}
