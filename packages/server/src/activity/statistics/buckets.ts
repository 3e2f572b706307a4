const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** The roll-ups that are kept, and for how long: minutes for 2 days, hours for 90, days for good. */
export const grains = [
  { ms: minuteMs, keptMs: 2 * dayMs },
  { ms: hourMs, keptMs: 90 * dayMs },
  { ms: dayMs, keptMs: Number.POSITIVE_INFINITY },
] as const

/** The buckets of an answer, by their names. Each is counted from the epoch, so days begin at midnight UTC. */
export const buckets = {
  minute: minuteMs,
  '5_minutes': 5 * minuteMs,
  '15_minutes': 15 * minuteMs,
  hour: hourMs,
  day: dayMs,
  week: 7 * dayMs,
  '30_days': 30 * dayMs,
} as const
export type Bucket = keyof typeof buckets
export const bucketNames = Object.keys(buckets) as [Bucket, ...Bucket[]]

export const mostPoints = 500

/** What a range is answered by. Times are milliseconds since the epoch. */
export interface Layout {
  readonly bucket: Bucket
  readonly bucketMs: number
  /** The roll-ups that are read. */
  readonly grainMs: number
  /** Whole buckets that cover what was asked for: from `from` on and before `to`. */
  readonly from: number
  readonly to: number
}

/**
 * The finest buckets for a range, no finer than `finest`: of at most 500 points, from roll-ups that are still kept. The range is
 * widened to whole buckets.
 */
export function layOut(
  { from, to }: { readonly from: number; readonly to: number },
  finest: Bucket,
  now: number,
): Layout {
  let widest: Layout | undefined
  for (const bucket of bucketNames) {
    const bucketMs = buckets[bucket]
    if (bucketMs < buckets[finest]) continue
    const range = {
      from: floorTo(from, bucketMs),
      to: Math.max(ceilTo(to, bucketMs), floorTo(from, bucketMs)),
    }
    const grain = grains.findLast(({ ms }) => bucketMs % ms === 0) ?? grains[0]
    widest = { bucket, bucketMs, grainMs: grain.ms, ...range }
    // The oldest bucket is whole as long as nothing of it was dropped.
    const isKept = range.from >= now - grain.keptMs
    if (isKept && (range.to - range.from) / bucketMs <= mostPoints) return widest
  }
  // Further back than 40 years.
  const { bucketMs, to: end } = widest!
  return { ...widest!, from: end - mostPoints * bucketMs }
}

export const floorTo = (at: number, ms: number) => Math.floor(at / ms) * ms
export const ceilTo = (at: number, ms: number) => Math.ceil(at / ms) * ms
