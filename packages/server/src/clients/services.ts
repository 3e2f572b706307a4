import { service } from '../activity/events.ts'
import type { Reader } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver, type Permission } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret, newSecret, sameHash } from '../secrets/secrets.ts'
import { requireVisible } from '../text.ts'
import type { ClientsGround } from './ground.ts'
import {
  findService,
  insertService,
  disableService as markDisabled,
  replaceServiceSecret,
  type ServiceRow,
} from './store.ts'

/**
 * Register a service. Its secret is returned this once and cannot be read again.
 * @throws {Refusal} `permission_missing` for scopes that the actor does not hold; `service_exists`
 */
export async function createService(
  { db, world, activity }: Ground,
  actor: Actor,
  { name, scopes }: { name: string; scopes: readonly Permission[] },
): Promise<{ service: ServiceRow; secret: string }> {
  authorizeOver(actor, scopes)
  requireVisible('name', name, 100)
  const secret = newSecret('service', world)
  const row: ServiceRow = {
    id: newIdentifier('svc', world),
    name,
    secret_hash: hashSecret(secret),
    scopes,
    created_at: world.now(),
    disabled_at: null,
  }
  try {
    await db.transaction(async (tx) => {
      await insertService(tx, row)
      await activity.record(tx, actor, 'service.create', service(row.id))
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('service_exists', 'a service of this name exists')
    throw error
  }
  return { service: row, secret }
}

/** Give a service a new secret; the old one ends at once. */
export async function replaceSecret(
  { db, world, activity }: Ground,
  actor: Actor,
  id: string,
): Promise<string> {
  const secret = newSecret('service', world)
  await db.transaction(async (tx) => {
    authorizeOver(actor, (await existing(tx, id)).scopes)
    await replaceServiceSecret(tx, id, hashSecret(secret))
    await activity.record(tx, actor, 'service.replace_secret', service(id))
  })
  return secret
}

/** Turn a service off: no new tokens, and those it has are revoked. */
export async function disableService(
  { db, world, activity, revocations }: ClientsGround,
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    authorizeOver(actor, (await existing(tx, id)).scopes)
    if (!(await markDisabled(tx, id, world.now()))) throw notEnabled()
    await revocations.revoke(tx, 'subject', id)
    await activity.record(tx, actor, 'service.disable', service(id))
  })
}

async function existing(reader: Reader, id: string): Promise<ServiceRow> {
  const row = await findService(reader, id)
  if (!row) throw notEnabled()
  return row
}

function notEnabled(): Refusal {
  return new Refusal('service_not_found', 'no such service is enabled')
}

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
