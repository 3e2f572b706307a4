/** What an application may ask tokens by (RFC 6749, 7523, 8628, 8693), by the registered names. */
export const grantNames = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const
export type GrantName = (typeof grantNames)[number]

/** By a code, and on without the person. A code of a device is for whoever asks for it: people are lured with such codes. */
export const usualGrants: readonly GrantName[] = ['authorization_code', 'refresh_token']

/** These need a client that proves who it is. */
const forConfidential: readonly string[] = [
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] satisfies readonly GrantName[]

/** What brings refresh tokens. */
const withPeople: readonly string[] = [
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:device_code',
] satisfies readonly GrantName[]

/** What is wrong with a list of grants; undefined if nothing is. */
export function grantsFault(grants: readonly string[], isPublic: boolean): string | undefined {
  if (grants.length === 0) return 'has one grant at least'
  const unknown = grants.find((grant) => !grantNames.some((name) => name === grant))
  if (unknown !== undefined) return `is of ${grantNames.join(', ')}`
  const refused = isPublic ? grants.find((grant) => forConfidential.includes(grant)) : undefined
  if (refused !== undefined) return `has ${refused}, which needs an application with a secret or a key`
  if (grants.includes('refresh_token') && !grants.some((grant) => withPeople.includes(grant))) {
    return 'has refresh_token without a grant that brings refresh tokens'
  }
  return undefined
}
