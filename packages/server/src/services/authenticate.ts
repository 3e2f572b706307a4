import type { Reader } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { hashSecret, sameHash } from '../secrets/secrets.ts'
import { findService, type ServiceRow } from './store.ts'

/** Compared with the secret if there is no such service, so that both cases take the same time. */
const nobodysHash = hashSecret('no such service')

/**
 * Authenticate a service by its secret.
 * @throws {Refusal} `client_invalid`, the same for an unknown service and a wrong secret.
 */
export async function authenticateService(
  { db }: { readonly db: Reader },
  id: string,
  secret: string,
): Promise<ServiceRow> {
  const service = await findService(db, id)
  const right = sameHash(hashSecret(secret), service?.secret_hash ?? nobodysHash)
  if (!service || !right)
    throw new Refusal('client_invalid', 'the client could not be authenticated', { reason: 'secret_wrong' })
  if (service.disabled_at !== null) {
    throw new Refusal('client_invalid', 'the client could not be authenticated', {
      reason: 'service_disabled',
    })
  }
  return service
}
