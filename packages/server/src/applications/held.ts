import type { Reader, Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver } from '../permissions.ts'
import { permissionsAmong } from './scopes.ts'
import { type ApplicationRow, findApplication, holdApplication } from './store.ts'

/**
 * An application that an actor may change, locked until the transaction ends: nobody changes one that may more than they.
 * @throws {Refusal} `application_not_found`, `permission_missing`
 */
export async function heldApplication(tx: Transaction, actor: Actor, id: string): Promise<ApplicationRow> {
  const row = await holdApplication(tx, id)
  if (!row) throw notFound()
  authorizeOver(actor, permissionsAmong(row.scopes))
  return row
}

/** @throws {Refusal} `application_not_found` */
export async function existingApplication(reader: Reader, id: string): Promise<ApplicationRow> {
  const row = await findApplication(reader, id)
  if (!row) throw notFound()
  return row
}

function notFound(): Refusal {
  return new Refusal('application_not_found', 'no such application')
}
