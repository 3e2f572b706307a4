import { Refusal } from '../../errors.ts'

/**
 * The scopes that a request names (RFC 6749 section 3.3), or all where it names none.
 * @throws {Refusal} `scope_invalid` for one that may not be asked for
 */
export function requestedOf(requested: string | undefined, allowed: readonly string[]): readonly string[] {
  if (requested === undefined) return allowed
  const scopes = [...new Set(requested.split(' ').filter(Boolean))]
  if (scopes.every((scope) => allowed.includes(scope))) return scopes
  throw new Refusal('scope_invalid', 'one of these scopes may not be asked for')
}
