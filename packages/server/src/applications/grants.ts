/** What an application may ask tokens by, by the registered names (RFC 6749, RFC 8628): of the grants that there are, those for people. */
export const grantNames = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const
export type GrantName = (typeof grantNames)[number]

/** By a code, and on without the person. A code of a device is for whoever asks for it: people are lured with such codes. */
export const usualGrants: readonly GrantName[] = ['authorization_code', 'refresh_token']

/** What is wrong with a list of grants; undefined if nothing is. */
export function grantsFault(grants: readonly string[]): string | undefined {
  if (grants.length === 0) return 'has one grant at least'
  const unknown = grants.find((grant) => !grantNames.some((name) => name === grant))
  if (unknown !== undefined) return `is of ${grantNames.join(', ')}`
  if (grants.every((grant) => grant === 'refresh_token')) {
    return 'has refresh_token without a grant that brings refresh tokens'
  }
  return undefined
}
