import { filterOf } from '../../activity/search.ts'
import { tail } from '../../activity/tail.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { activityLine } from './line.ts'
import { askedOf, idsOf, type Sought } from './sought.ts'

interface Options extends Sought {
  readonly after?: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const { after, ...sought } = options
  const asked = askedOf(sought)
  const output = createOutput(json)
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  await withApp(async (app) => {
    const filter = await filterOf(asked, idsOf(app))
    const ground = { db: app.db, sequencer: app.proof.ground.sequencer }
    const followed = await tail(ground, { filter, after }, stopping.signal)
    output.note('following the log; Ctrl-C ends it')
    // Nothing else holds this process while nothing happens.
    const hold = setInterval(() => {}, 60_000)
    for await (const one of followed) {
      if (one.kind === 'event') output.result(activityLine(one.event), one.event)
      else if (one.kind === 'damaged')
        output.warn(`${one.segment} of the archive cannot be read, so its events are missing`)
      else output.warn(`${one.count} events were left out: this terminal is too slow for them`)
    }
    clearInterval(hold)
  })
}
