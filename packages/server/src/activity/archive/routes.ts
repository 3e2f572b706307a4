import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { timestamp, view } from '../../http/schema.ts'
import { type Damage, listDamage } from '../consumers/damage.ts'
import type { ArchiveGround } from './ground.ts'
import { kinds } from './kinds.ts'
import { findPeriods, type PeriodRow } from './store.ts'

const route = routesFor<ArchiveGround>()

/** 50 years. */
const mostPeriods = 600 * kinds.length

export const periodView = view<PeriodRow>()(
  {
    /** `YYYY-MM`, of UTC. */
    month: v.string(),
    kind: v.picklist(kinds),
    events: v.number(),
    /** As they are stored, compressed. */
    bytes: v.number(),
    /** How many events were dropped because their time was over. */
    dropped: v.number(),
  },
  ({ month, kind, events, bytes, dropped }) => ({ month, kind, events, bytes, dropped }),
)

export const damageView = view<Damage>()(
  {
    segment: v.string(),
    /** Its places in the log, both included. */
    from: v.number(),
    to: v.number(),
    says: v.string(),
    found_at: v.string(),
    /** What reads the log on and on, and has gone on without these events. */
    consumers: v.array(v.string()),
  },
  ({ segment, first, until, says, found_at, consumers }) => ({
    ...{ segment, from: first, to: until - 1, says },
    ...{ found_at: timestamp(found_at), consumers: [...consumers] },
  }),
)

export const listPeriods = route({
  id: 'listActivityPeriods',
  method: 'GET',
  path: '/v1/activity/periods',
  tag: 'activity',
  summary:
    'What the archive holds by month and kind of event, the newest first, with the rules: for how many days events stay in the table, and for how many each kind is kept (those that are not named, for ever). `damaged` names the segments that cannot be read, and what has gone on without their events.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  answers: {
    200: {
      description: 'The months.',
      body: v.strictObject({
        items: v.array(periodView.schema),
        damaged: v.array(damageView.schema),
        table_days: v.number(),
        retention_days: v.record(v.string(), v.number()),
      }),
    },
  },
  async handle({ db, tableDays, retention }) {
    const periods = await findPeriods(db, mostPeriods)
    return ok({
      items: periods.map(periodView.show),
      damaged: (await listDamage(db)).map(damageView.show),
      table_days: tableDays,
      retention_days: { ...retention },
    })
  },
})
