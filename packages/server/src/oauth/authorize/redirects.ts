import type { ApplicationRow } from '../../applications/store.ts'

/**
 * The address for the answer, if it is one that is registered, character by character. An application on somebody's own machine has
 * another port each time (RFC 8252 section 7.3). One that names none has the one that it registered.
 */
export function redirectOf(
  { type, redirect_uris: registered }: Pick<ApplicationRow, 'type' | 'redirect_uris'>,
  named: string | undefined,
): string | undefined {
  if (named === undefined) return registered.length === 1 ? registered[0] : undefined
  if (registered.includes(named)) return named
  if (type !== 'native') return undefined
  const plain = withoutPort(named)
  return plain !== undefined && registered.some((uri) => withoutPort(uri) === plain) ? named : undefined
}

/** An address of the loopback interface by its number, without its port; undefined for any other. */
function withoutPort(uri: string): string | undefined {
  const parts = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^#]*)?$/.exec(uri)
  return parts ? `http://${parts[1]}${parts[2] ?? ''}` : undefined
}

/** The address with parameters behind it. */
export function withParameters(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`
}
