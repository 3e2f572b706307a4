import type { Ask } from '../mount/exchange.ts'

/** A cookie of the request; the first of that name. */
export function cookieOf(ask: Ask, name: string): string | undefined {
  for (const pair of (ask.header('cookie') ?? '').split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}
