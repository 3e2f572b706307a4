import { Refusal } from '../../errors.ts'
import { isPermission } from '../../permissions.ts'
import { wholeText } from '../../whole-text.ts'

/** A scope (RFC 6749 section 3.3) with a colon in it, by which people tell scopes from other words. */
export const scopeWord = wholeText(/(?=.{1,100}$)[\x21\x23-\x5b\x5d-\x7e]+:[\x21\x23-\x5b\x5d-\x7e]+/)

/** So many at most: all of them together have to find room in a token. */
export const mostKnownScopes = 100

/** @throws {Refusal} `request_invalid` for a list with a word that is no scope, or one that is too long */
export function requireScopes(field: string, scopes: readonly string[]): void {
  const fault = (reason: string) =>
    new Refusal('request_invalid', `the ${field} ${reason}`, { faults: [{ field: `/${field}`, reason }] })
  if (scopes.length > mostKnownScopes) throw fault(`are ${mostKnownScopes} at most`)
  const wrong = scopes.findIndex((scope) => !scopeWord.test(scope) && !isPermission(scope))
  if (wrong < 0) return
  throw fault('are words of ASCII with a colon, such as pages:read, without blanks and quotes')
}

/** A scope that the service knows and this server does not, which is therefore given by rows of its own. */
export function isOwnScope(scope: string): boolean {
  return !isPermission(scope)
}
