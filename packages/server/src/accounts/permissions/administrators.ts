import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Permission } from '../../permissions.ts'
import { findUserTypes, type UserTypeRow } from '../user-types/store.ts'
import { hasUndenied, takeVersion } from './store.ts'

/**
 * Make a change after which somebody may do less. Nobody grants permissions that they do not hold, so one user who holds all
 * of them must remain, if there was one, and one type with all of them: otherwise some could never be granted again. Such
 * changes come one after the other; `change` is given a version for the permissions that it leaves.
 * @throws {Refusal} `last_administrator`
 */
export async function keepAdministrator<T>(
  tx: Transaction,
  now: number,
  change: (version: number) => Promise<T>,
): Promise<T> {
  const version = await takeVersion(tx)
  const before = await findUserTypes(tx)
  const needed = everyPermission(before)
  const had = await hasAdministrator(tx, before, needed, now)
  const outcome = await change(version)
  const after = await findUserTypes(tx)
  const isLost = greatestTypes(before, needed).length > 0 && greatestTypes(after, needed).length === 0
  if (isLost || (had && !(await hasAdministrator(tx, after, needed, now)))) {
    throw new Refusal('last_administrator', 'nobody could administer this server any more')
  }
  return outcome
}

/** The type of the first administrator: the one of that name, or another one that permits everything. */
export async function findAdministratorType(reader: Reader): Promise<string> {
  const types = await findUserTypes(reader)
  const names = greatestTypes(types, everyPermission(types)).map(({ name }) => name)
  return names.find((name) => name === 'administrator') ?? names[0] ?? 'administrator'
}

function everyPermission(types: readonly UserTypeRow[]): readonly Permission[] {
  return [...new Set(types.flatMap(({ permissions }) => permissions))]
}

/** The types with all of these permissions. */
export function greatestTypes(
  types: readonly UserTypeRow[],
  needed: readonly string[],
): readonly UserTypeRow[] {
  return types.filter(({ permissions }) => {
    const held = new Set<string>(permissions)
    return needed.every((permission) => held.has(permission))
  })
}

/** Whether somebody who can sign in is of a type with all of these permissions, and is denied none. */
async function hasAdministrator(
  reader: Reader,
  types: readonly UserTypeRow[],
  needed: readonly Permission[],
  now: number,
): Promise<boolean> {
  for (const { name } of greatestTypes(types, needed)) if (await hasUndenied(reader, name, now)) return true
  return false
}
