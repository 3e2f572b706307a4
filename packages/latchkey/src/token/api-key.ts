/**
 * What stands in front of an API key of Latchkey, so that people and scanners of leaked secrets know one: the rest of it is an
 * access token.
 */
export const apiKeyPrefix = 'lk_key_'

/**
 * The token of an API key, which a verifier takes; any other text as it is. Nothing is checked.
 *
 * @example
 * ```ts
 * const claims = verify(tokenOfApiKey(credentials))
 * ```
 */
export function tokenOfApiKey(text: string): string {
  return text.startsWith(apiKeyPrefix) ? text.slice(apiKeyPrefix.length) : text
}
