import { assertionAlgorithms } from '../../applications/key-set.ts'
import type { ApplicationRow } from '../../applications/store.ts'

/** The ways in which clients authenticate, by their registered names; which applications use each. */
export const clientMethods = {
  none: 'none',
  client_secret_basic: 'secret',
  client_secret_post: 'secret',
  private_key_jwt: 'key',
} as const satisfies Readonly<Record<string, ApplicationRow['authentication']>>

export type ClientMethod = keyof typeof clientMethods

/** What the metadata say of them (RFC 8414 section 2), for the token endpoint and for others where clients authenticate. */
export function methodMetadata() {
  return {
    token_endpoint_auth_methods_supported: Object.keys(clientMethods),
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
  }
}
