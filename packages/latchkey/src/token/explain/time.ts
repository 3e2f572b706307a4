/** A NumericDate as people read it: `2026-11-23 17:00:00 UTC`. */
export function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return 'beyond all calendars'
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, ' UTC')
}

/** How far a NumericDate is from now: `3 minutes ago`, `in 2 hours`, `now`. */
export function inWords(seconds: number, nowMs: number): string {
  const away = seconds - nowMs / 1000
  if (Math.abs(away) < 1) return 'now'
  return away < 0 ? `${lengthInWords(-away)} ago` : `in ${lengthInWords(away)}`
}

const units: readonly (readonly [name: string, seconds: number])[] = [
  ['year', 365.2425 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** The largest unit that is there at least once, rounded down. */
export function lengthInWords(seconds: number): string {
  const [name, size] = units.find(([, size]) => seconds >= size) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
