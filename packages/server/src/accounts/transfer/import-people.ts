import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { authorizeOver } from '../../permissions.ts'
import type { World } from '../../world.ts'
import { insertValues, type ValueRow } from '../attributes/store.ts'
import { checkValues, type HeldAttributes, holdAttributes } from '../attributes/values.ts'
import { holdUserType, type UserTypeRow } from '../user-types/store.ts'
import { insertNewUsers, type UserRow } from '../users/store.ts'
import { newUserRow } from '../users/users.ts'
import { type AddressOptions, createImportedAddresses, type PreparedAddress } from './imported-addresses.ts'
import type { TransferredPerson } from './transferred-person.ts'

/** As many accounts are made in one transaction at most. */
export const mostAtOnce = 2_000

/** Why a person was not imported. */
export interface NotImported {
  /** Counted from 0, in the list that was given. */
  readonly index: number
  readonly code: string
  readonly detail: string
}

export interface Imported {
  readonly created: number
  readonly refused: readonly NotImported[]
}

interface ImportOptions {
  /** For people who bring no type of their own. */
  readonly userType: string
  /** Find out what would become of each, and change nothing. */
  readonly isTrial?: boolean
  /** Addresses are left out unless it says otherwise. */
  readonly addresses?: AddressOptions | undefined
  /** Done in the same transaction, with the number of accounts that it made. */
  readonly onCreated?: (tx: Transaction, created: number) => Promise<void>
}

interface NewRow {
  readonly index: number
  readonly row: UserRow
  readonly values: readonly ValueRow[]
  readonly addresses: readonly PreparedAddress[]
}

/** Thrown to undo what a trial has done. */
class TrialIsOver extends Error {}

/**
 * Make accounts of these people, {@link mostAtOnce} at most. Each who cannot be one is told with the reason, and the
 * others are made all the same.
 * @throws {Refusal} `address_taken` if another account proves one of the addresses at the same moment: nobody is made then
 */
export async function importPeople(
  ground: Ground,
  actor: Actor,
  people: readonly TransferredPerson[],
  options: ImportOptions,
): Promise<Imported> {
  const { isTrial = false, onCreated } = options
  let imported: Imported = { created: 0, refused: [] }
  try {
    await ground.db.transaction(async (tx) => {
      imported = await importInto(ground, tx, actor, people, options)
      await onCreated?.(tx, imported.created)
      if (isTrial) throw new TrialIsOver()
    })
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new Refusal(
        'address_taken',
        'another account has proven one of the addresses meanwhile; try again',
      )
    }
    if (!(error instanceof TrialIsOver)) throw error
  }
  return imported
}

async function importInto(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  people: readonly TransferredPerson[],
  { userType, addresses = { mode: 'none', language: 'en' } }: ImportOptions,
): Promise<Imported> {
  const types = await holdTypes(tx, new Set(people.map((person) => person.userType ?? userType)))
  const attributes = await holdAttributes(
    tx,
    people.flatMap((person) => Object.keys(person.attributes ?? {})),
  )
  const mail = await createImportedAddresses(ground, tx, actor, people, addresses)
  const refused: NotImported[] = []
  const rows: NewRow[] = []
  for (const [index, person] of people.entries()) {
    try {
      const row = rowOf(ground.world, actor, person, types.get(person.userType ?? userType))
      const values = valuesOf(row.id, attributes, person)
      rows.push({ index, row, values, addresses: await mail.prepare(person) })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push({ index, code: error.code, detail: error.message })
    }
  }
  const inserted = await insertNewUsers(
    tx,
    rows.map(({ row }) => row),
  )
  const made = rows.filter(({ row }) => inserted.has(row.id))
  for (const { index, row } of rows) {
    if (inserted.has(row.id)) continue
    refused.push({ index, code: 'user_exists', detail: 'a user of this name exists' })
  }
  await insertValues(
    tx,
    made.flatMap(({ values }) => values),
  )
  await mail.store(made.map(({ row, addresses }) => ({ id: row.id, addresses })))
  await ground.activity.recordEach(
    tx,
    actor,
    'user.create',
    made.map(({ row }) => user(row.id)),
    { details: { imported: true, ...(addresses.mode !== 'none' && { addresses: addresses.mode }) } },
  )
  return { created: made.length, refused: refused.sort((a, b) => a.index - b.index) }
}

/** The types of these names, of those that there are, in one order, so that two imports do not wait for each other. */
async function holdTypes(tx: Transaction, names: ReadonlySet<string>): Promise<Map<string, UserTypeRow>> {
  const types = new Map<string, UserTypeRow>()
  for (const name of [...names].sort()) {
    const type = await holdUserType(tx, name)
    if (type) types.set(name, type)
  }
  return types
}

/** @throws {Refusal} if this person cannot be an account, or the actor may not make one of this type */
function rowOf(
  world: World,
  actor: Actor,
  { username, displayName, passwordHash, isDisabled, createdAt }: TransferredPerson,
  type: UserTypeRow | undefined,
): UserRow {
  if (!type) throw new Refusal('user_type_unknown', 'there is no user type of this name')
  authorizeOver(actor, type.permissions)
  const now = world.now()
  return {
    ...newUserRow(world, { username, displayName: displayName ?? undefined, userType: type.name }),
    password_hash: passwordHash,
    created_at: Math.min(createdAt ?? now, now),
    disabled_at: isDisabled ? now : null,
  }
}

/** @throws {Refusal} `request_invalid` */
function valuesOf(
  userId: string,
  attributes: HeldAttributes,
  { attributes: given = {} }: TransferredPerson,
): readonly ValueRow[] {
  return [...checkValues(attributes, given, { isText: true })].flatMap(([key, value]) =>
    value === null ? [] : [{ user_id: userId, key, value }],
  )
}
