/** Scopes that ask who somebody is (OpenID Connect Core section 5.4), and that what comes of it outlasts the browser's session. */
export const identityScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const

export function isIdentityScope(scope: string): boolean {
  return (identityScopes as readonly string[]).includes(scope)
}

/**
 * What of the scopes that were asked for can be had: all of `available` where none was named, and otherwise those that are in both.
 * A scope that nobody knows is passed over, and the answer says which were given. Undefined if something was asked for and none of
 * it can be had.
 */
export function scopesOf(
  requested: readonly string[] | undefined,
  available: ReadonlySet<string>,
): readonly string[] | undefined {
  if (requested === undefined) return [...available]
  const had = requested.filter((scope) => available.has(scope))
  return had.length === 0 ? undefined : had
}
