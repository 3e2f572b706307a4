import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line, moment, wholeNumber } from '../../http/schema.ts'
import { outcomes } from '../events.ts'
import { several } from '../search.ts'
import { type AskedByText, askedOf } from './asked.ts'
import { bucketNames } from './buckets.ts'
import type { StatisticsGround } from './ground.ts'
import { dimensions, measureNames } from './measures.ts'
import { readOverview } from './overview.ts'
import { readStatistics } from './read.ts'
import { overviewView, statisticsView } from './views.ts'

const route = routesFor<StatisticsGround>()

const dayMs = 86_400_000
const times = { from: v.optional(moment), to: v.optional(moment) }

export const statisticsQuery = v.strictObject({
  measure: v.picklist(measureNames),
  by: v.optional(v.picklist(dimensions)),
  value: v.optional(several(line(128))),
  outcome: v.optional(several(v.picklist(outcomes))),
  bucket: v.optional(v.picklist(bucketNames)),
  limit: v.optional(wholeNumber(1, 100)),
  ...times,
}) satisfies v.GenericSchema<unknown, AskedByText>

export const readStatisticsRoute = route({
  id: 'readStatistics',
  method: 'GET',
  path: '/v1/activity/stats',
  tag: 'activity',
  summary:
    'How often something happened in a range, the last 24 hours unless `from` and `to` say another: one `measure`, in buckets no finer than `bucket`, 500 at most. `by` splits it by a dimension that the measure has, into the `limit` most frequent values (20); `value` and `outcome` count some alone, several between commas. The answer says which whole buckets it covers. From roll-ups, a few seconds behind the log: `behind` events are not counted yet.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: statisticsQuery,
  answers: {
    200: {
      description: 'The counts.',
      body: v.strictObject({
        measure: v.picklist(measureNames),
        by: v.nullable(v.picklist(dimensions)),
        behind: v.number(),
        ...statisticsView.schema.entries,
      }),
    },
  },
  refuses: ['request_invalid'],
  async handle({ db, world, consumer }, { query }) {
    const asked = askedOf(query, world.now())
    const statistics = await readStatistics(db, asked, world.now())
    const { measure, by = null } = asked
    return ok({ measure, by, behind: await consumer.behind(), ...statisticsView.show(statistics) })
  },
})

export const readOverviewRoute = route({
  id: 'readOverview',
  method: 'GET',
  path: '/v1/activity/overview',
  tag: 'activity',
  summary:
    'What the overview of the console shows, in one answer: sign-ins, devices online, refusals by reason, regions, the addresses that were refused most often and new regions, in a range of the last 24 hours unless `from` and `to` say another. Buckets are no finer than `bucket`. `today` is when the day of the reader has begun, midnight UTC unless given.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({
    ...times,
    bucket: v.optional(v.picklist(bucketNames)),
    today: v.optional(moment),
  }),
  answers: { 200: { description: 'The overview.', body: overviewView.schema } },
  refuses: ['request_invalid'],
  async handle(ground, { actor, query: { today, ...range } }) {
    const now = ground.world.now()
    const { from, to, bucket } = askedOf({ measure: 'events', ...range }, now)
    const begun = today ?? now - (now % dayMs)
    return ok(
      overviewView.show(await readOverview(ground, actor.identity, { from, to, bucket, today: begun })),
    )
  },
})
