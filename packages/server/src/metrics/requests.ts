import type { HistogramSample, Sample } from './exposition.ts'

/** Seconds. */
export const bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const
const classes = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const
const width = classes.length + bounds.length + 2

/**
 * Requests by route: how many ended in each class of status, and how long they took. One array of numbers for all, so that to
 * count a request is a few additions and allocates nothing.
 */
export interface Requests {
  /** The route by its place in the list. */
  count(route: number, status: number, tookMs: number): void
  byStatus(): readonly Sample[]
  durations(): readonly HistogramSample[]
}

export function createRequests(routeIds: readonly string[]): Requests {
  const counted = new Float64Array(routeIds.length * width)
  const at = (route: number, place: number) => counted[route * width + place] ?? 0
  const countOf = (route: number) => classes.reduce((sum, _, place) => sum + at(route, place), 0)
  const asked = () => routeIds.flatMap((route, place) => (countOf(place) > 0 ? [{ route, place }] : []))

  return {
    count(route, status, tookMs) {
      const base = route * width
      const seconds = tookMs / 1000
      counted[base + Math.min(4, Math.max(0, Math.floor(status / 100) - 1))]! += 1
      let bucket = 0
      while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket += 1
      counted[base + classes.length + bucket]! += 1
      counted[base + width - 1]! += seconds
    },
    byStatus: () =>
      asked().flatMap(({ route, place }) =>
        classes.flatMap((status, index) => {
          const value = at(place, index)
          return value > 0 ? [{ value, labels: { route, status } }] : []
        }),
      ),
    durations: () =>
      asked().map(({ route, place }) => {
        let sum = 0
        const cumulative = bounds.map((_, bucket) => (sum += at(place, classes.length + bucket)))
        return { labels: { route }, cumulative, count: countOf(place), sum: at(place, width - 1) }
      }),
  }
}
