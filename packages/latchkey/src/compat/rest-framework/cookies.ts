import type { Ask } from '../mount/exchange.ts'
import { strip } from '../python/text.ts'

/**
 * A cookie of the request as Django reads it: pairs stand between semicolons, the last of two with one name counts, and
 * a value in quotes is taken out of them.
 */
export function cookieOf(ask: Ask, name: string): string | undefined {
  let found: string | undefined
  // A header is bytes, of which each character here is one; those of cookies are UTF-8.
  const cookies = Buffer.from(ask.header('cookie') ?? '', 'latin1').toString()
  for (const pair of cookies.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && strip(pair.slice(0, equals)) === name)
      found = unquoted(strip(pair.slice(equals + 1)))
  }
  return found
}

/** Within quotes, `\"` stands for a quote, and three octal digits behind a backslash for a byte. */
function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  return value
    .slice(1, -1)
    .replaceAll(/\\(?:([0-3][0-7][0-7])|(.))/g, (_, octal: string | undefined, character: string) =>
      octal === undefined ? character : String.fromCharCode(Number.parseInt(octal, 8)),
    )
}
