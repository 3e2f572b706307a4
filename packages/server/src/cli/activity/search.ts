import { filterOf, orders, searchLog } from '../../activity/search.ts'
import { searchView } from '../../activity/searches/routes.ts'
import type { ActivityRow } from '../../activity/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { activityLine } from './line.ts'
import { sharedSearch } from './searches/named.ts'
import { checked, idsOf, rawOf, type SoughtWithTimes } from './sought.ts'

interface Options extends SoughtWithTimes {
  readonly order: string
  readonly after?: string
  readonly limit: string
  readonly saved?: string
}

export async function run({ options, json }: Given<Options>): Promise<void> {
  const { limit: most, order: named, after: begin, saved, ...sought } = options
  const limit = Number(most)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new WrongUse('--limit takes a whole number from 1 to 10000')
  const order = orders.find((one) => one === named)
  if (order === undefined) throw new WrongUse('--order is newest or oldest')
  await withApp(async (app) => {
    const kept = saved === undefined ? {} : searchView.show(await sharedSearch(app, saved)).query
    // An option that is given goes before what was saved.
    const given = Object.entries(rawOf(sought)).filter(([, value]) => value !== undefined)
    const asked = checked({ ...kept, ...Object.fromEntries(given) })

    const filter = await filterOf(asked, idsOf(app))
    const ground = { db: app.db, sequencer: app.proof.ground.sequencer }
    const events: ActivityRow[] = []
    const damaged = new Set<string>()
    let after = begin
    do {
      const page = await searchLog(ground, filter, { order, after, limit: limit - events.length })
      events.push(...page.events)
      for (const name of page.damaged) damaged.add(name)
      after = page.next ?? undefined
    } while (after !== undefined && events.length < limit)
    const output = createOutput(json)
    if (damaged.size > 0) {
      output.warn(
        `These parts of the archive cannot be read, so events are missing: ${[...damaged].join(', ')}`,
      )
    }
    output.result(events.map(activityLine).join('\n') || 'no such events', events)
  })
}
