import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor, Caller } from '../../identity.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import type { LettersGround } from '../ground.ts'
import { isPasswordOf } from '../passwords/check.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { makeSearchable } from '../search/searchable.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { findUser, type UserRow } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import {
  type AddressRow,
  findAddress,
  findAddresses,
  findPrimary,
  findProofAddress,
  findProven,
  insertAddress,
  insertProof,
  removeAddress,
  setPrimary,
  setProven,
  takeFromOthers,
  useProof,
} from './store.ts'
import { words } from './words.ts'

const event = 'user.change_address'
const proofLifeMs = 24 * 3_600_000
const mostOfOne = 10
/** Letters of one account, and to one address: so that nobody has a stranger's mailbox filled. */
const perAccountAndHour = 10
const perAddressAndHour = 5

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
  try {
    return await db.transaction(add)
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('address_exists', 'this account has this address already')
    throw error
  }
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

/** One letter, and the same statements, whether another account has proven the address or not. */
async function sendProof(
  { world, mail }: LettersGround,
  tx: Transaction,
  owner: UserRow,
  row: AddressRow,
): Promise<void> {
  const waitMs = await mail.admit(tx, 'proofs of', owner.id, perAccountAndHour)
  if (waitMs !== undefined) {
    const retryAfterSeconds = Math.ceil(waitMs / 1000)
    throw new Refusal('too_many_requests', 'too many letters; wait before the next', { retryAfterSeconds })
  }
  const secret = newSecret('address', world)
  const now = world.now()
  const expiresAt = now + proofLifeMs
  await insertProof(tx, { secretHash: hashSecret(secret), addressId: row.id, createdAt: now, expiresAt })
  const isTaken = (await findProven(tx, row.address_key)) !== undefined
  // Whoever fills the mailbox of a stranger learns nothing of the limit.
  if ((await mail.admit(tx, 'proofs to', row.address_key, perAddressAndHour)) !== undefined) return
  const say = words[row.language]
  const letter = isTaken
    ? say.taken(row.address)
    : say.proof(owner.username, row.address, mail.linkTo(`/addresses/${secret}`))
  const about = { letter: 'address_proof', userId: owner.id, untilMs: expiresAt }
  await mail.post(tx, row.address, { language: row.language, ...letter }, about)
}

/** The address of an open link. @throws {Refusal} `link_invalid` */
export async function addressToProve(
  { db, world }: Ground,
  secret: string,
): Promise<{ readonly address: string; readonly username: string }> {
  const row = isSecret('address', secret)
    ? await findProofAddress(db, hashSecret(secret), world.now())
    : undefined
  const owner = row && (await findUser(db, row.user_id))
  if (!row || !owner || owner.disabled_at !== null) throw over()
  return { address: row.address, username: owner.username }
}

/**
 * Prove an address by the link that was sent to it. Works once. Every account that has not proven it loses it, so that nobody
 * keeps the address of somebody else by having claimed it first. The first proven address of an account is its primary one.
 * @throws {Refusal} `link_invalid`, `address_taken`
 */
export async function proveAddress(
  ground: LettersGround,
  secret: string,
  client: ClientInfo,
): Promise<AddressRow> {
  const { db, world, activity } = ground
  if (!isSecret('address', secret)) throw over()
  try {
    return await db.transaction(async (tx) => {
      const id = await useProof(tx, hashSecret(secret), world.now())
      const row = id === undefined ? undefined : await findAddress(tx, id)
      const owner = row && (await findUser(tx, row.user_id))
      if (!row || !owner || owner.disabled_at !== null) throw over()
      await setProven(tx, row.id, world.now())
      const who = { subject: owner.id, subjectKind: 'user', client } as const
      for (const loser of await takeFromOthers(tx, row.address_key, owner.id)) {
        await makeSearchable(tx, loser)
        await activity.record(tx, who, event, user(loser), { details: { change: 'lost' } })
      }
      if ((await findPrimary(tx, owner.id)) === undefined) await setPrimary(tx, owner.id, row.id)
      await activity.record(tx, who, event, undefined, { details: { change: 'proven', address: row.id } })
      return (await findAddress(tx, row.id))! // of this transaction
    })
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new Refusal('address_taken', 'another account has proven this address meanwhile')
    }
    throw error
  }
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
  const owner = await findUser(ground.db, identity.subject)
  if (!owner) throw new Refusal('user_not_found', 'no such user')
  const claimant = { event, usernameKey: owner.username_key, user: owner, client, browser } as const
  if (await isPasswordOf(ground, claimant, currentPassword)) return owner
  throw new Refusal('password_wrong', 'this is not your present password', { refused: { event } })
}

interface Owned {
  readonly owner: UserRow
  readonly row: AddressRow
}

async function ownAddress(tx: Transaction, { identity }: Caller, addressId: string): Promise<Owned> {
  const owner = await findUser(tx, identity.subject)
  if (!owner) throw new Refusal('user_not_found', 'no such user')
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

function over(): Refusal {
  return new Refusal('link_invalid', 'this link is unknown, used, or over; ask for a new one')
}
