import * as v from 'valibot'
import { timestamp, view } from '../../http/schema.ts'
import { type Bucket, bucketNames } from './buckets.ts'
import type { Overview } from './overview.ts'
import type { Statistics } from './read.ts'

const range = {
  /** What is answered: whole buckets that cover what was asked for. */
  from: v.string(),
  to: v.string(),
  bucket: v.picklist(bucketNames),
  bucket_seconds: v.number(),
}
const rangeOf = ({ layout: { from, to, bucket, bucketMs } }: Pick<Statistics, 'layout'>) => ({
  from: timestamp(from),
  to: timestamp(to),
  bucket: bucket satisfies Bucket,
  bucket_seconds: bucketMs / 1000,
})

const pointSchema = v.strictObject({ at: v.string(), count: v.nullable(v.number()) })
const valueSchema = v.strictObject({ value: v.string(), total: v.number(), counts: v.array(v.number()) })
const totalSchema = v.strictObject({ value: v.string(), total: v.number() })

/** Counts as JSON has them. */
export const statisticsView = view<Statistics>()(
  {
    ...range,
    /** Of everything in the range, also of values that are not listed; null for a gauge. */
    total: v.nullable(v.number()),
    /** One for each bucket; a count is null where nobody told. */
    points: v.array(pointSchema),
    /** The largest first, with a count for each bucket. */
    values: v.array(valueSchema),
  },
  (statistics) => ({
    ...rangeOf(statistics),
    total: statistics.total,
    points: pointsOf(statistics),
    values: statistics.values.map(({ value, total, counts }) => ({ value, total, counts: [...counts] })),
  }),
)

const pointsOf = ({ points }: Statistics) => points.map(({ at, count }) => ({ at: timestamp(at), count }))

export const overviewView = view<Overview>()(
  {
    ...range,
    /** So many events are not counted yet. */
    behind: v.number(),
    sign_ins: v.strictObject({
      total: v.number(),
      points: v.array(pointSchema),
      values: v.array(valueSchema),
    }),
    sign_ins_today: v.array(totalSchema),
    devices_online: v.strictObject({ now: v.number(), points: v.array(pointSchema) }),
    refusals: v.strictObject({ total: v.number(), reasons: v.array(totalSchema) }),
    regions: v.array(v.strictObject({ value: v.string(), total: v.number(), refused: v.number() })),
    refused_addresses: v.array(
      v.strictObject({
        address: v.string(),
        count: v.number(),
        /** The count can be so much too high. */
        surplus: v.number(),
      }),
    ),
    new_regions: v.array(
      v.strictObject({
        /** Null where it is new for the whole server. */
        subject: v.nullable(v.string()),
        /** Null for callers who may not see users, too. */
        username: v.nullable(v.string()),
        region: v.string(),
        at: v.string(),
      }),
    ),
  },
  (overview) => {
    const { signIns, today, online, refusals } = overview
    return {
      ...rangeOf(overview),
      behind: overview.behind,
      sign_ins: {
        total: signIns.total ?? 0,
        points: pointsOf(signIns),
        values: statisticsView.show(signIns).values,
      },
      sign_ins_today: today.values.map(({ value, total }) => ({ value, total })),
      devices_online: { now: overview.onlineNow, points: pointsOf(online) },
      refusals: { total: refusals.total ?? 0, reasons: [...overview.reasons] },
      regions: [...overview.regions],
      refused_addresses: overview.addresses.map(({ address, count, surplus }) => ({
        address,
        count,
        surplus,
      })),
      new_regions: overview.newRegions.map(({ at, ...region }) => ({ ...region, at: timestamp(at) })),
    }
  },
)
