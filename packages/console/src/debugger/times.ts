import type { Language } from '../words/translations.ts'

const tagOf: Record<Language, string> = { en: 'en-GB', 'zh-Hant': 'zh-Hant-TW' }

/** A NumericDate as the reader's clock and language write it, with the zone; undefined beyond all calendars. */
export function absolute(language: Language, seconds: number): string | undefined {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return undefined
  return new Intl.DateTimeFormat(tagOf[language], {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'short',
  }).format(date)
}

const units = [
  [365 * 86_400, 'year'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

/** How far a NumericDate is from a moment, in the largest unit that fits. */
export function relative(language: Language, seconds: number, nowMs: number): string {
  const away = seconds - nowMs / 1000
  const [size, unit] = units.find(([least]) => Math.abs(away) >= least) ?? [1, 'second']
  return new Intl.RelativeTimeFormat(tagOf[language], { numeric: 'auto' }).format(
    Math.trunc(away / size),
    unit,
  )
}

/** A moment as an input of type `datetime-local` holds it: by the clock of the reader. */
export function localText(atMs: number): string {
  const date = new Date(atMs)
  return new Date(atMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** The moment by which a token is judged. */
export function momentOf(asOf: string, nowMs: number): number {
  const chosen = Date.parse(asOf)
  return Number.isNaN(chosen) ? nowMs : chosen
}
