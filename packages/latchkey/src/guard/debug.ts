import type { Refusal } from './refusal.ts'

/** Whether `DEBUG` asks for us: names separated by commas or blanks, as the package `debug` reads them. */
export function isDebugging(debug: string | undefined): boolean {
  return (debug ?? '')
    .split(/[\s,]+/)
    .some((name) => name === 'latchkey' || name === 'latchkey:*' || name === '*')
}

/**
 * One line about a refusal, to find its cause. `described` is what the token says of itself, which an attacker may have
 * written: values are cut, and hold no character that could forge a line or move a cursor. Times are
 * in seconds from now by the clock of this machine, so that clocks that differ show.
 */
export function refusalLine(
  { status, error, reason, claim, expected, cause }: Refusal,
  described: Readonly<Record<string, unknown>>,
  nowMs: number,
): string {
  const parts = [`latchkey refused: ${status} ${error}`]
  if (reason !== undefined) parts.push(`reason=${reason}`)
  if (claim !== undefined) parts.push(`claim=${cleaned(claim)}`)
  if (expected !== undefined) parts.push(`expected=${cleaned(expected)}`)
  for (const [name, value] of Object.entries(described)) {
    if (value === undefined) continue
    parts.push(`${name}=${times.has(name) ? fromNow(value, nowMs) : cleaned(value)}`)
  }
  if (cause instanceof Error) parts.push(`cause=${cleanedText(cause.message)}`)
  return `${parts.join(' ')}\n`
}

/** One line about an issuer whose keys cannot be fetched. */
export function issuerLine(error: Error): string {
  return `latchkey issuer: ${cleanedText(error.message)}\n`
}

/** A message of the library that may contain text of others. */
function cleanedText(text: string): string {
  return text.slice(0, 1000).replaceAll(/[^\x20-\x7e]/g, '.')
}

const times: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat'])

function fromNow(value: unknown, nowMs: number): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return cleaned(value)
  const seconds = Math.round(value - nowMs / 1000)
  return `${seconds < 0 ? '' : '+'}${seconds}s`
}

function cleaned(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  // Only printable ASCII: whatever else a terminal could act on, U+202E for one, is shown as a dot.
  const printable = text.slice(0, 100).replaceAll(/[^\x21-\x7e]/g, '.')
  return text.length > 100 ? `${printable}...` : printable
}
