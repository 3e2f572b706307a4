import type { Activity } from '../activity/activity.ts'
import type { By } from '../activity/events.ts'
import type { Database } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret, newSecret, sameHash } from '../secrets/secrets.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { World } from '../world.ts'
import {
  findService,
  insertService,
  disableService as markDisabled,
  replaceServiceSecret,
  type ServiceRow,
} from './store.ts'

interface Parts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
}

/** Register a service and return it with its secret, which nobody can read again. */
export async function createService(
  { db, world, activity }: Parts,
  { name, scopes }: { name: string; scopes: readonly string[] },
  by: By,
): Promise<{ service: ServiceRow; secret: string }> {
  const secret = newSecret('service', world)
  const service: ServiceRow = {
    id: newIdentifier('svc', world),
    name,
    secret_hash: hashSecret(secret),
    scopes: scopes.join(' '),
    created_at: world.now(),
    disabled_at: null,
  }
  try {
    await db.transaction(async (tx) => {
      await insertService(tx, service)
      await activity.record(tx, {
        ...by,
        event: 'service.create',
        outcome: 'success',
        target: service.id,
        targetKind: 'service',
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('service_exists', 'a service of this name exists')
    throw error
  }
  return { service, secret }
}

/** Give a service a new secret; the old one ends at once. */
export async function renewSecret({ db, world }: Parts, id: string): Promise<string> {
  const secret = newSecret('service', world)
  await db.transaction((tx) => replaceServiceSecret(tx, id, hashSecret(secret)))
  return secret
}

/** Turn a service off: no new tokens, and those it has are revoked. */
export async function disableService(
  { db, world, activity, revocations }: Parts & { revocations: Revocations },
  id: string,
  by: By,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await markDisabled(tx, id, world.now())))
      throw new Refusal('service_not_found', 'no such service is enabled')
    await revocations.revoke(tx, 'subject', id)
    await activity.record(tx, {
      ...by,
      event: 'service.disable',
      outcome: 'success',
      target: id,
      targetKind: 'service',
    })
  })
}

/** Compared against where there is no such service, so that a guess takes as long as a miss. */
const nobodysHash = hashSecret('no such service')

/**
 * The service that presents this secret.
 * @throws {Refusal} `client_invalid`, the same for an unknown service and a wrong secret.
 */
export async function authenticateService(
  { db }: { db: Database },
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
