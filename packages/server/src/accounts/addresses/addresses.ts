import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor, Caller } from '../../identity.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { LettersGround } from '../ground.ts'
import { isPasswordOf } from '../passwords/check.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { makeSearchable } from '../search/searchable.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { requireUser } from '../users/require-user.ts'
import type { UserRow } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { sendProof } from './proofs.ts'
import {
  type AddressRow,
  findAddress,
  findAddresses,
  findPrimary,
  insertAddress,
  removeAddress,
  setPrimary,
} from './store.ts'
import { words } from './words.ts'

const event = 'user.change_address'
const mostOfOne = 10

type Change = 'added' | 'removed' | 'primary'

/** Whether it is the own account: whoever holds a session of it still proves the password. */
type Own = LettersGround & { readonly passwords: Passwords; readonly attempts: Attempts }
export interface OwnProof {
  readonly currentPassword: string
  readonly browser: string | undefined
}

export interface NewAddress {
  readonly address: string
  readonly language: Language
}

/**
 * Add an address to one's own account. It belongs to the account once its owner has followed the link that is sent to it. The answer
 * is the same, and takes the same statements, whether or not another account has it.
 * @throws {Refusal} `request_invalid`, `password_wrong`, `address_exists`, `too_many_requests`, `overloaded`
 */
export async function addMyAddress(
  ground: Own,
  caller: Caller,
  given: NewAddress,
  proof: OwnProof,
): Promise<AddressRow> {
  const owner = await proveOwn(ground, caller, proof)
  return insideAdding(ground, (tx) => put(ground, tx, caller, owner, given))
}

/** Add an address to an account, as {@link addMyAddress} does to one's own. */
export async function addAddress(
  ground: LettersGround,
  actor: Actor,
  userId: string,
  given: NewAddress,
): Promise<AddressRow> {
  return insideAdding(ground, async (tx) =>
    put(ground, tx, actor, await findToChange(tx, actor, userId, ground.world.now()), given),
  )
}

async function insideAdding(
  { db }: Ground,
  add: (tx: Transaction) => Promise<AddressRow>,
): Promise<AddressRow> {
  return unlessTaken(
    () => db.transaction(add),
    () => new Refusal('address_exists', 'this account has this address already'),
  )
}

async function put(
  ground: LettersGround,
  tx: Transaction,
  actor: Actor,
  owner: UserRow,
  { address: typed, language }: NewAddress,
): Promise<AddressRow> {
  const { world } = ground
  const read = mailAddress(typed)
  if (read === undefined) {
    const reason = 'must be an address of mail, in ASCII before the @ and without quotes'
    throw new Refusal('request_invalid', `the address ${reason}`, { faults: [{ field: '/address', reason }] })
  }
  if ((await findAddresses(tx, owner.id)).length >= mostOfOne) {
    throw new Refusal('too_many_requests', `an account has ${mostOfOne} addresses at most`)
  }
  const row: AddressRow = {
    id: newIdentifier('adr', world),
    user_id: owner.id,
    address: read.address,
    address_key: read.key,
    is_primary: 0,
    language,
    created_at: world.now(),
    proven_at: null,
  }
  await insertAddress(tx, row)
  await makeSearchable(tx, owner.id)
  await sendProof(ground, tx, owner, row)
  await tell(ground, tx, owner, 'added', row)
  await record(ground, tx, actor, owner.id, { change: 'added', address: row.id })
  return row
}

/**
 * Send the link again by which an address is proven.
 * @throws {Refusal} `address_not_found`, `mail_unavailable`, `too_many_requests`
 */
export async function sendMyProof(ground: LettersGround, caller: Caller, addressId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const { owner, row } = await ownAddress(tx, caller, addressId)
    await sendAgain(ground, tx, owner, row)
  })
}

export async function sendProofTo(
  ground: LettersGround,
  actor: Actor,
  userId: string,
  addressId: string,
): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const { owner, row } = await addressOf(ground, tx, actor, userId, addressId)
    await sendAgain(ground, tx, owner, row)
  })
}

async function sendAgain(
  ground: LettersGround,
  tx: Transaction,
  owner: UserRow,
  row: AddressRow,
): Promise<void> {
  if (ground.mail.mode === 'none') throw new Refusal('mail_unavailable', 'this server has no mail server')
  if (row.proven_at === null) await sendProof(ground, tx, owner, row)
}

/**
 * Make a proven address the one that notices go to. The one before is told.
 * @throws {Refusal} `address_not_found`, `address_unproven`, `password_wrong`, `too_many_requests`, `overloaded`
 */
export async function makeMyAddressPrimary(
  ground: Own,
  caller: Caller,
  addressId: string,
  proof: OwnProof,
): Promise<AddressRow> {
  await proveOwn(ground, caller, proof)
  return ground.db.transaction(async (tx) => {
    const { owner, row } = await ownAddress(tx, caller, addressId)
    return prefer(ground, tx, caller, owner, row)
  })
}

export async function makeAddressPrimary(
  ground: LettersGround,
  actor: Actor,
  userId: string,
  addressId: string,
): Promise<AddressRow> {
  return ground.db.transaction(async (tx) => {
    const { owner, row } = await addressOf(ground, tx, actor, userId, addressId)
    return prefer(ground, tx, actor, owner, row)
  })
}

async function prefer(
  ground: LettersGround,
  tx: Transaction,
  actor: Actor,
  owner: UserRow,
  row: AddressRow,
): Promise<AddressRow> {
  if (row.proven_at === null) throw new Refusal('address_unproven', 'this address is not proven yet')
  if (row.is_primary === 1) return row
  // Told before it changes, so that it is the old one that hears of it.
  await tell(ground, tx, owner, 'primary', row)
  await setPrimary(tx, owner.id, row.id)
  await record(ground, tx, actor, owner.id, { change: 'primary', address: row.id })
  return { ...row, is_primary: 1 }
}

/**
 * Remove an address. The primary one is removed last.
 * @throws {Refusal} `address_not_found`, `address_primary`, `password_wrong`, `too_many_requests`, `overloaded`
 */
export async function removeMyAddress(
  ground: Own,
  caller: Caller,
  addressId: string,
  proof: OwnProof,
): Promise<void> {
  await proveOwn(ground, caller, proof)
  await ground.db.transaction(async (tx) => {
    const { owner, row } = await ownAddress(tx, caller, addressId)
    await drop(ground, tx, caller, owner, row)
  })
}

export async function removeAddressOf(
  ground: LettersGround,
  actor: Actor,
  userId: string,
  addressId: string,
): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const { owner, row } = await addressOf(ground, tx, actor, userId, addressId)
    await drop(ground, tx, actor, owner, row)
  })
}

async function drop(
  ground: LettersGround,
  tx: Transaction,
  actor: Actor,
  owner: UserRow,
  row: AddressRow,
): Promise<void> {
  const others = (await findAddresses(tx, owner.id)).filter(({ id }) => id !== row.id)
  if (row.is_primary === 1 && others.some(({ proven_at }) => proven_at !== null)) {
    throw new Refusal('address_primary', 'make another address the primary one first')
  }
  await tell(ground, tx, owner, 'removed', row)
  await removeAddress(tx, row.id)
  await makeSearchable(tx, owner.id)
  await record(ground, tx, actor, owner.id, { change: 'removed', address: row.id })
}

/** Tell the primary address what changes; one that is added hears of it by its own letter. */
async function tell(
  { mail }: LettersGround,
  tx: Transaction,
  owner: UserRow,
  change: Change,
  { address }: AddressRow,
): Promise<void> {
  const primary = await findPrimary(tx, owner.id)
  if (!primary) return
  const { language } = primary
  const letter = {
    language,
    ...words[language].changed[change](owner.username, address, mail.linkTo('/recover')),
  }
  await mail.post(tx, primary.address, letter, { letter: `address_${change}`, userId: owner.id })
}

async function proveOwn(
  ground: Own,
  { identity, client }: Caller,
  { currentPassword, browser }: OwnProof,
): Promise<UserRow> {
  const owner = await requireUser(ground.db, identity.subject)
  const claimant = { event, usernameKey: owner.username_key, user: owner, client, browser } as const
  if (await isPasswordOf(ground, claimant, currentPassword)) return owner
  throw new Refusal('password_wrong', 'this is not your present password', { refused: { event } })
}

interface Owned {
  readonly owner: UserRow
  readonly row: AddressRow
}

async function ownAddress(tx: Transaction, { identity }: Caller, addressId: string): Promise<Owned> {
  const owner = await requireUser(tx, identity.subject)
  return { owner, row: await requireAddress(tx, owner, addressId) }
}

async function addressOf(
  { world }: Ground,
  tx: Transaction,
  who: Actor,
  userId: string,
  addressId: string,
): Promise<Owned> {
  const owner = await findToChange(tx, who, userId, world.now())
  return { owner, row: await requireAddress(tx, owner, addressId) }
}

async function requireAddress(tx: Transaction, owner: UserRow, addressId: string): Promise<AddressRow> {
  const row = await findAddress(tx, addressId)
  if (row?.user_id !== owner.id) throw new Refusal('address_not_found', 'no such address of this account')
  return row
}

async function record(
  { activity }: Ground,
  tx: Transaction,
  actor: Actor,
  userId: string,
  details: { readonly change: Change; readonly address: string },
): Promise<void> {
  await activity.record(tx, actor, event, user(userId), { details })
}
