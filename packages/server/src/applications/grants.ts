/** What an application may ask tokens by, by the registered names (RFC 6749, RFC 8628, RFC 8693): those for people, and `client_credentials` for one that receives shared signals. */
export const grantNames = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'client_credentials',
] as const
export type GrantName = (typeof grantNames)[number]

/** By a code, and on without the person. A code of a device is for whoever asks for it: people are lured with such codes. */
export const usualGrants: readonly GrantName[] = ['authorization_code', 'refresh_token']

/** By which a person lets an application in. */
const opening: readonly GrantName[] = ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code']

/** What is wrong with a list of grants; undefined if nothing is. */
export function grantsFault(grants: readonly string[]): string | undefined {
  if (grants.length === 0) return 'has one grant at least'
  const unknown = grants.find((grant) => !grantNames.some((name) => name === grant))
  if (unknown !== undefined) return `is of ${grantNames.join(', ')}`
  if (!grants.some((grant) => opening.some((name) => name === grant))) {
    return 'has authorization_code or device_code: the other grants go on with what these have brought'
  }
  return undefined
}
