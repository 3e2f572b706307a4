/** Of which a request may have so many characters altogether; more than a browser or a proxy carries in an address. */
const longestRequest = 16 * 1024
/** Parameters that are not known are passed over, but not without end. */
const mostParameters = 100

/** How long the value of each known parameter may be. */
export type ParameterTable = Readonly<Record<string, number>>

/** Parameters by name. One without a value counts as left out (RFC 6749 section 3.1). */
export type Parameters = ReadonlyMap<string, string>

export type ParameterFault =
  | { readonly fault: 'too_long'; readonly name: string }
  | { readonly fault: 'too_many' }
  | { readonly fault: 'repeated'; readonly name: string }
  | { readonly fault: 'malformed'; readonly name: string }

/**
 * Read parameters as a query or a form sends them, once: those of the table, each of which stands once, is of one line and no longer
 * than the table says. What is not in the table is not read at all.
 */
export function readParameters(text: string, table: ParameterTable): Parameters | ParameterFault {
  if (text.length > longestRequest) return { fault: 'too_long', name: '' }
  const read = new Map<string, string>()
  const seen = new Set<string>()
  let count = 0
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1
    if (count > mostParameters) return { fault: 'too_many' }
    const longest = Object.hasOwn(table, name) ? table[name]! : 0
    if (longest === 0) continue
    if (seen.has(name)) return { fault: 'repeated', name }
    seen.add(name)
    if (value === '') continue
    if (value.length > longest) return { fault: 'too_long', name }
    // Control characters, and what was no UTF-8.
    if (/[\p{Cc}\ufffd]/u.test(value)) return { fault: 'malformed', name }
    read.set(name, value)
  }
  return read
}

export function isParameterFault(read: Parameters | ParameterFault): read is ParameterFault {
  return 'fault' in read
}

/** A list that is separated by blanks, each item once. */
export function itemsOf(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter(Boolean))]
}
