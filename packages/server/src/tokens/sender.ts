import { whoIs } from '../activity/events.ts'
import type { ClientInfo } from '../client-info.ts'
import { Refusal, telling } from '../errors.ts'
import type { Credentials } from '../http/credentials.ts'
import type { Identity } from '../identity.ts'
import { bearerOf, type ReadToken } from './authenticate.ts'
import type { Proofs } from './proofs.ts'

interface Parts {
  readonly readToken: ReadToken
  readonly proofs: Proofs
}

/**
 * Who sends a request with an access token of ours: the holder of a bearer token, or of the key that it is bound to.
 * A valid token that comes without what it needs may be a copy, so the log tells whose it is.
 * @throws {Refusal} `token_invalid`, `token_revoked`, `token_unproven`
 */
export async function authenticateSender(
  { readToken, proofs }: Parts,
  credentials: Credentials,
  client: ClientInfo,
): Promise<Identity> {
  const token = readToken(credentials.token)
  const { identity, boundTo } = token
  try {
    if (credentials.scheme === 'bearer') return bearerOf(token)
    // A token that is not bound to a key would accept the key of a thief.
    if (boundTo === undefined) {
      throw new Refusal('token_invalid', 'this token is not bound to a key', { reason: 'token_not_bound' })
    }
    await proofs.requireKey(boundTo, credentials)
    return identity
  } catch (error) {
    throw telling(error, whoIs(identity, client))
  }
}
