import { countries } from './countries.ts'

/** Between two sign-ins of one person in two countries. */
export interface Travel {
  readonly from: string
  readonly to: string
  /** Between the middles of the countries, in kilometres. */
  readonly distanceKm: number
  /** What there is at least to travel, from border to border. */
  readonly leastKm: number
  /** Of the least way, in kilometres an hour. */
  readonly speedKmh: number
  readonly minutes: number
}

const earthKm = 6_371
const radians = (degrees: number) => (degrees * Math.PI) / 180

/**
 * How fast somebody must have been. An address tells the country alone, so this is coarse: what a country reaches around its
 * middle is taken off the way, and neighbours are never far from each other. Undefined for a country that is not in the table.
 */
export function travelBetween(from: string, to: string, elapsedMs: number): Travel | undefined {
  const [a, b] = [countries[from], countries[to]]
  if (!a || !b || from === to) return undefined
  const distance = distanceKm(a, b)
  const leastKm = Math.max(0, Math.round(distance - a[2] - b[2]))
  // Two sign-ins at the same moment are a minute apart: the clocks of two processes are no closer.
  const minutes = Math.max(1, Math.round(elapsedMs / 60_000))
  return {
    ...{ from, to, distanceKm: Math.round(distance), leastKm, minutes },
    speedKmh: Math.round(leastKm / (minutes / 60)),
  }
}

/** Along a great circle, by the haversine formula. */
function distanceKm(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  const [latA, lonA, latB, lonB] = [a[0], a[1], b[0], b[1]].map(radians) as [number, number, number, number]
  const half = Math.sin((latB - latA) / 2) ** 2
  const across = Math.cos(latA) * Math.cos(latB) * Math.sin((lonB - lonA) / 2) ** 2
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(half + across)))
}
