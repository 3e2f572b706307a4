import type { Language } from './words/translations.ts'

/** A moment as the reader's clock and language write it, to the second. */
export function moment(language: Language, iso: string): string {
  return formatter(`moment ${language}`, () => {
    const format = new Intl.DateTimeFormat(tagOf[language], {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    return (text) => format.format(Date.parse(text))
  })(iso)
}

/** The time of day, to the minute. */
export function clockTime(language: Language, atMs: number): string {
  return formatter(`clock ${language}`, () => {
    const format = new Intl.DateTimeFormat(tagOf[language], {
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    })
    return (text) => format.format(Number(text))
  })(String(atMs))
}

/** How long ago, in the largest unit that fits: `3 minutes ago`. The future is told as now: clocks differ a little. */
export function ago(language: Language, iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000))
  const relative = new Intl.RelativeTimeFormat(tagOf[language], { numeric: 'auto' })
  const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, 'second']
  return relative.format(-Math.floor(seconds / size), unit)
}

export function wholeNumber(language: Language, value: number): string {
  return value.toLocaleString(tagOf[language])
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the largest unit of a thousand that fits. */
export function byteSize(language: Language, bytes: number): string {
  const at = Math.min(byteUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const digits = { maximumFractionDigits: at === 0 ? 0 : 1 }
  return `${(bytes / 1000 ** at).toLocaleString(tagOf[language], digits)} ${byteUnits[at]}`
}

/** JSON for people: on one line, cut where it grows long. */
export function brief(value: unknown, most = 160): string {
  const text = JSON.stringify(value) ?? ''
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** What was typed as a command's payload: nothing is null, and only JSON is JSON. */
export function payloadOf(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text.trim() === '') return { ok: true, value: null }
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false }
  }
}

const tagOf: Record<Language, string> = { en: 'en-GB', 'zh-Hant': 'zh-Hant-TW' }
const units = [
  [365 * 86_400, 'year'],
  [30 * 86_400, 'month'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

type Format = (iso: string) => string
const formatters = new Map<string, Format>()
/** Making one costs more than a hundred uses of it. */
function formatter(name: string, make: () => Format): Format {
  const made = formatters.get(name) ?? make()
  formatters.set(name, made)
  return made
}
