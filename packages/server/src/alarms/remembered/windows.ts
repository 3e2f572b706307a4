/** One event, or several of one kind, as a window remembers it: when, how much it counts, and what it is counted once for. */
export type Counted = readonly [at: number, weight: number, apart?: string]

export interface Window {
  /** The newest last. */
  readonly recent: readonly Counted[]
  /** What they count together. */
  readonly total: number
}

/**
 * Count one more in a sliding window. It remembers no more than reach the threshold: what is older changes nothing, whether or
 * not it is in time. Of what is counted once, the newest time is remembered.
 */
export function counted(
  before: readonly Counted[],
  next: Counted,
  { threshold, windowMs }: { readonly threshold: number; readonly windowMs: number },
): Window {
  const [at, , apart] = next
  const others = before.filter((one) => one[0] > at - windowMs && (apart === undefined || one[2] !== apart))
  // Commits do not follow the clock: one that came late stands where its time is.
  const all = [...others, next].sort((a, b) => a[0] - b[0])
  const recent: Counted[] = []
  let total = 0
  for (const one of all.toReversed()) {
    if (total >= threshold) break
    recent.unshift(one)
    total += one[1]
  }
  return { recent, total }
}
