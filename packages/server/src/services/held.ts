import type { Reader, Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver } from '../permissions.ts'
import { findService, holdService, type ServiceRow } from './store.ts'

/**
 * A service that an actor may change, locked until the transaction ends.
 * @throws {Refusal} `service_not_found`, `permission_missing`
 */
export async function heldService(tx: Transaction, actor: Actor, id: string): Promise<ServiceRow> {
  const row = await holdService(tx, id)
  if (!row) throw notFound()
  authorizeOver(actor, row.scopes)
  return row
}

/** @throws {Refusal} `service_not_found` */
export async function existing(reader: Reader, id: string): Promise<ServiceRow> {
  const row = await findService(reader, id)
  if (!row) throw notFound()
  return row
}

export function notFound(): Refusal {
  return new Refusal('service_not_found', 'no such service is enabled')
}
