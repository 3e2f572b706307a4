import { isRedirectOf } from '../../applications/redirects.ts'
import type { ApplicationRow } from '../../applications/store.ts'

/**
 * The address for the answer, if it is one that is registered, character by character. An application on somebody's own machine has
 * another port each time (RFC 8252 section 7.3). One that names none, and need not, has the one that it registered.
 */
export function redirectOf(
  application: Pick<ApplicationRow, 'type' | 'redirect_uris'>,
  named: string | undefined,
  isRequired: boolean,
): string | undefined {
  const { redirect_uris: registered } = application
  if (named === undefined) return registered.length === 1 && !isRequired ? registered[0] : undefined
  return isRedirectOf(application, named) ? named : undefined
}

/**
 * Whether the address for the answer proves which application gets it. On the machine of a person any program can listen on a port or
 * take a scheme, so that what the person once let in may be another one this time (RFC 8252 section 8.6).
 */
export function isAssured({ type }: Pick<ApplicationRow, 'type'>, redirectUri: string): boolean {
  return type !== 'native' || redirectUri.startsWith('https:')
}

/** The address with parameters behind it. */
export function withParameters(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`
}
