import type { Reader } from '../../database/database.ts'
import type { Outcome } from '../events.ts'
import { type Bucket, bucketNames, buckets, type Layout, layOut, mostPoints } from './buckets.ts'
import { type Dimension, type Measure, seriesOf } from './measures.ts'
import { findFirstStart, mostOnlineByBucket, sumByBucket, sumByValue, type Wanted } from './store.ts'

/** A range of time, in milliseconds since the epoch. */
export interface AskedRange {
  readonly from: number
  readonly to: number
  /** No finer than this. */
  readonly bucket?: Bucket | undefined
}

/** What is asked of the roll-ups. */
export interface AskedStatistics extends AskedRange {
  readonly measure: Measure
  readonly by?: Dimension | undefined
  /** Of the dimension; every one unless given. */
  readonly values?: readonly string[] | undefined
  readonly outcomes?: readonly Outcome[] | undefined
  /** The values that were counted most often are given one by one. */
  readonly most: number
}

/** Counts of a range that begins and ends with a bucket. */
export interface Statistics {
  readonly layout: Layout
  /** Of everything; null for a gauge, whose points cannot be added. */
  readonly total: number | null
  /** One for each bucket. Null where nothing is known: of a gauge that nobody told. */
  readonly points: readonly { readonly at: number; readonly count: number | null }[]
  readonly values: readonly ValueStatistics[]
}

export interface ValueStatistics {
  readonly value: string
  readonly total: number
  /** One for each bucket. */
  readonly counts: readonly number[]
}

/** Answer any range from the roll-ups. */
export async function readStatistics(
  reader: Reader,
  asked: AskedStatistics,
  now: number,
): Promise<Statistics> {
  const { measure, by, most } = asked
  const layout = await layOutCounted(reader, asked, now)
  if (measure === 'devices_online') return readGauge(reader, layout)
  const wanted = wantedOf(measure, by, asked, layout)
  // Without values everything counts, also what has none of this dimension.
  const whole = wantedOf(measure, asked.values && by, asked, layout)
  const sums = await sumByBucket(reader, whole, 'outcome', layout.bucketMs)
  const points = dense(layout, sums)
  const values =
    by === undefined
      ? []
      : by === 'outcome'
        ? byValue(layout, sums)
        : await readValues(reader, wanted, layout, most)
  return {
    layout,
    total: sumOf(points),
    points: points.map((count, at) => ({ at: layout.from + at * layout.bucketMs, count })),
    values,
  }
}

/** A range of more than 500 days begins where the counts do. */
export async function layOutCounted(
  reader: Reader,
  { from, to, bucket }: AskedRange,
  now: number,
): Promise<Layout> {
  const end = Math.max(Math.min(to, now + buckets.day), from + 1)
  const isLong = end - from > mostPoints * buckets.day
  const first = isLong ? ((await findFirstStart(reader, buckets.day)) ?? now) : from
  return layOut({ from: Math.max(from, Math.min(first, end - 1)), to: end }, bucket ?? bucketNames[0], now)
}

/** The values that were counted most often in the whole range, without their buckets. */
export async function readTotals(
  reader: Reader,
  {
    measure,
    by,
    outcomes,
    most,
  }: Pick<AskedStatistics, 'outcomes' | 'most'> & {
    readonly measure: Measure
    readonly by: Dimension
  },
  layout: Layout,
): Promise<{ readonly value: string; readonly total: number }[]> {
  const found = await sumByValue(reader, wantedOf(measure, by, { outcomes }, layout), most)
  return found.map(({ value, count }) => ({ value, total: count }))
}

function wantedOf(
  measure: Measure,
  by: Dimension | undefined,
  { outcomes, values }: Pick<AskedStatistics, 'outcomes' | 'values'>,
  { grainMs, from, to }: Layout,
): Wanted {
  const { series, only } = seriesOf(measure, by)
  const among = only === undefined ? outcomes : (outcomes ?? [only]).filter((one) => one === only)
  return { series, grain: grainMs, from, to, outcomes: among, values: by === undefined ? undefined : values }
}

async function readGauge(reader: Reader, layout: Layout): Promise<Statistics> {
  const { grainMs: grain, bucketMs, from, to } = layout
  const told = await mostOnlineByBucket(reader, { grain, from, to }, bucketMs)
  const devices = new Map(told.map((row) => [row.start, row.devices]))
  const points = startsOf(layout).map((at) => ({ at, count: devices.get(at) ?? null }))
  return { layout, total: null, points, values: [] }
}

async function readValues(
  reader: Reader,
  wanted: Wanted,
  layout: Layout,
  most: number,
): Promise<ValueStatistics[]> {
  const largest = await sumByValue(reader, wanted, most)
  if (largest.length === 0) return []
  const named = { ...wanted, values: largest.map(({ value }) => value) }
  return byValue(layout, await sumByBucket(reader, named, 'value', layout.bucketMs))
}

type Sums = readonly { readonly start: number; readonly of: string; readonly count: number }[]

/** The most frequent first. */
function byValue(layout: Layout, sums: Sums): ValueStatistics[] {
  const values = [...new Set(sums.map(({ of }) => of))].map((value) => {
    const counts = dense(
      layout,
      sums.filter(({ of }) => of === value),
    )
    return { value, total: sumOf(counts), counts }
  })
  return values.sort((a, b) => b.total - a.total || (a.value < b.value ? -1 : 1))
}

function dense(layout: Layout, sums: Sums): number[] {
  const { from, to, bucketMs } = layout
  const counts = Array<number>(Math.round((to - from) / bucketMs)).fill(0)
  for (const { start, count } of sums) {
    const at = (start - from) / bucketMs
    counts[at] = (counts[at] ?? 0) + count
  }
  return counts
}

function startsOf({ from, to, bucketMs }: Layout): number[] {
  return Array.from({ length: Math.round((to - from) / bucketMs) }, (_, at) => from + at * bucketMs)
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
