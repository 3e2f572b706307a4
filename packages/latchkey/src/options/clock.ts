/** A clock: milliseconds since the Unix epoch. */
export type Clock = () => number

/**
 * The clock that an option gives, `Date.now` if it gives none. Every reading is checked, since no comparison with
 * NaN holds, so that a token would never expire.
 *
 * @throws {TypeError} if `now` is not a function; the clock itself, if a reading is not a finite number.
 */
export function clockOf(now: unknown): Clock {
  if (now === undefined) return Date.now
  const clock = now as Clock
  checkedTime(typeof clock === 'function' ? 0 : undefined)
  return () => checkedTime(clock())
}

/**
 * A time that a caller passes, in milliseconds since the Unix epoch.
 *
 * @throws {TypeError} if it is not a finite number.
 */
export function checkedTime(ms: unknown): number {
  if (!Number.isFinite(ms)) throw new TypeError('a clock is a function that gives milliseconds')
  return ms as number // just checked
}
