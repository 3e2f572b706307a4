import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { findProven, insertAddress, setPrimary, setProven, takeFromOthers } from '../addresses/store.ts'
import {
  attributesAsked,
  checkValues,
  type GivenValues,
  holdAttributes,
  storeValues,
} from '../attributes/values.ts'
import { attributeView } from '../attributes/views.ts'
import { noteLinkUsed } from '../factors/store.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { makeSearchable } from '../search/searchable.ts'
import { isHarmless } from '../user-types/sign-in-rule.ts'
import { findSignInRule, holdUserType } from '../user-types/store.ts'
import { findLookAlikes, findUserByName, insertUser, type UserRow } from '../users/store.ts'
import { namesOf, newUserRow } from '../users/users.ts'
import { closed, type RegistrationGround } from './request.ts'
import {
  endRegistrations,
  findRegistration,
  type RegistrationRow,
  takeRegistrationAttempt,
  useRegistration,
} from './store.ts'

/** Whoever has a link may ask whether so many names are free. */
const mostAttempts = 20

/** The address of an open link. @throws {Refusal} `link_invalid` */
export async function registering(
  { db, world }: Pick<RegistrationGround, 'db' | 'world'>,
  secret: string,
): Promise<RegistrationRow> {
  const row = isSecret('register', secret)
    ? await findRegistration(db, hashSecret(secret), world.now())
    : undefined
  if (!row) throw over()
  return row
}

export interface NewAccount {
  /** Of the link. */
  readonly secret: string
  readonly username: string
  readonly password: string
  readonly attributes: GivenValues
  /** Whether every kind of attribute may be written as text. */
  readonly isText?: boolean
}

/**
 * Make an account by a link that was mailed. The address is proven by that, and every account that claimed it without proof loses
 * it. Works once, and does not sign in. A name that looks like that of somebody else is taken, because nobody looks at what strangers
 * choose. Attributes that are required, and that a person may change, have to be given.
 * @throws {Refusal} `link_invalid`, `registration_closed`, `user_exists`, `password_unacceptable`, `overloaded`;
 * `request_invalid` for a name that nobody may have, and for attributes that are wrong or missing, with those that are asked for
 */
export async function register(
  ground: RegistrationGround & { readonly passwords: Passwords },
  given: NewAccount,
  client: ClientInfo,
): Promise<UserRow> {
  const { db, world, passwords } = ground
  const { secret, username, password } = given
  // Before any work: a guess must not cost the hash of a password.
  const { address } = await registering(ground, secret)
  const hash = hashSecret(secret)
  const link = await db.transaction((tx) => takeRegistrationAttempt(tx, hash, world.now(), mostAttempts))
  if (!link) throw over()
  const row = newUserRow(world, { username, userType: link.user_type })
  await requireFree(ground, row)
  await requireAsked(ground, given)
  const names = [...namesOf(row), address.slice(0, address.lastIndexOf('@'))]
  const passwordHash = await passwords.hash(password, names)
  const made = { ...row, password_hash: passwordHash }
  await unlessTaken(
    () => db.transaction((tx) => makeAccount(ground, tx, { row: made, link, given }, client)),
    taken,
  )
  return made
}

async function requireFree({ db }: Pick<RegistrationGround, 'db'>, row: UserRow): Promise<void> {
  if (await findUserByName(db, row.username_key)) throw taken()
  if ((await findLookAlikes(db, row)).length > 0) throw taken()
}

/** Before the password is hashed. Who has not given what is asked for is told what that is. */
async function requireAsked(
  { db }: Pick<RegistrationGround, 'db'>,
  { attributes, isText = false }: NewAccount,
): Promise<void> {
  await db.transaction(async (tx) => {
    try {
      checkValues(await holdAttributes(tx, Object.keys(attributes)), attributes, { by: 'person', isText })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const asked = (await attributesAsked(tx)).map(attributeView.show)
      const { faults } = error
      throw new Refusal(error.code, error.message, { ...(faults && { faults }), members: { asked } })
    }
  })
}

interface Making {
  readonly row: UserRow
  readonly link: RegistrationRow
  readonly given: NewAccount
}

async function makeAccount(
  { world, activity }: RegistrationGround,
  tx: Transaction,
  { row, link, given }: Making,
  client: ClientInfo,
): Promise<void> {
  const now = world.now()
  const type = await holdUserType(tx, link.user_type)
  const rule = type && (await findSignInRule(tx, type.name))
  // Looked at again: the type may have been closed since the link was sent.
  if (rule?.self_registration !== 1 || !isHarmless(type?.permissions ?? [])) throw closed()
  if (!(await useRegistration(tx, link.secret_hash, now))) throw over()
  // Somebody has proven the address meanwhile, by another link perhaps.
  if (await findProven(tx, link.address_key)) throw over()
  await insertUser(tx, row)
  const id = newIdentifier('adr', world)
  const { address, address_key, language } = link
  const stored = { id, user_id: row.id, address, address_key, language, created_at: now }
  await insertAddress(tx, { ...stored, is_primary: 0, proven_at: null })
  const { attributes, isText = false } = given
  // Asked again: an attribute may be required since it was looked at.
  const set = await storeValues(tx, row.id, attributes, { by: 'person', isText })
  await makeSearchable(tx, row.id)
  await setProven(tx, id, now)
  await setPrimary(tx, row.id, id)
  await endRegistrations(tx, address_key)
  await noteLinkUsed(tx, row.id, now)
  const who = { subject: row.id, subjectKind: 'user', client } as const
  for (const loser of await takeFromOthers(tx, address_key, row.id)) {
    await makeSearchable(tx, loser)
    await activity.record(tx, who, 'user.change_address', user(loser), { details: { change: 'lost' } })
  }
  const details = { user_type: row.user_type, ...(set.length > 0 && { attributes: set.join(' ') }) }
  await activity.record(tx, who, 'user.register', user(row.id), { details })
}

function taken(): Refusal {
  return new Refusal('user_exists', 'this user name is taken, or looks like one that is')
}

function over(): Refusal {
  return new Refusal('link_invalid', 'this link is unknown, used, or over; ask for a new one')
}
