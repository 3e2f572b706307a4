import { scopeOfClaim } from '../authorize/claims-request.ts'
import type { Person } from '../ground.ts'

/** What is told of a person: for the scopes that were given, and for claims that were asked for by name, which one of them covers. */
export function claimsOf(
  person: Pick<Person, 'username' | 'displayName' | 'email'>,
  scopes: readonly string[],
  named: readonly string[],
): Readonly<Record<string, string | boolean>> {
  const all: Readonly<Record<string, string | boolean | undefined>> = {
    name: person.displayName ?? person.username,
    preferred_username: person.username,
    email: person.email,
    // Only an address that was proven is told at all.
    email_verified: person.email === undefined ? undefined : true,
  }
  const told = Object.entries(all).filter((pair): pair is [string, string | boolean] => {
    const covering = scopeOfClaim[pair[0]]
    return (
      pair[1] !== undefined &&
      covering !== undefined &&
      (scopes.includes(covering) || named.includes(pair[0]))
    )
  })
  return Object.fromEntries(told)
}
