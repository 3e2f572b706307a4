import { user } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { World } from '../../world.ts'
import { findProven, insertAddress, setPrimary, setProven, takeFromOthers } from '../addresses/store.ts'
import { endRegistrations } from '../registration/store.ts'
import { makeSearchable } from '../search/searchable.ts'
import { isHarmless } from '../user-types/sign-in-rule.ts'
import { holdUserType } from '../user-types/store.ts'
import { findLookAlikes, findUserByName, insertUser, type UserRow } from '../users/store.ts'
import { newUserRow } from '../users/users.ts'
import type { Newcomer, ProvenAtProvider, ProvenIdentity } from './proven.ts'
import { findIdentity, type IdentityRow, insertIdentity } from './store.ts'

/** A sign-in of somebody whom a provider has signed in, and this server does not. */
export function notLetIn(
  { provider }: Pick<ProvenIdentity, 'provider'>,
  reason: EventReason,
  userId?: string,
): Refusal {
  return new Refusal('provider_refused', 'nobody signs in here by this identity', {
    reason,
    refused: {
      ...{ event: 'user.sign_in', details: { provider } },
      ...(userId !== undefined && { subject: userId, subjectKind: 'user' }),
    },
  })
}

/**
 * Whose an identity is. Where nobody has it, it is a new person, if the provider makes any: never somebody who is here already, whatever
 * address the provider names. To be linked with an account, an identity needs a sign-in to that account.
 * @throws {Refusal} `provider_refused`; `address_taken` if another account has proven the address
 */
export async function personByIdentity(
  ground: Ground,
  { identity, newcomer }: ProvenAtProvider,
  client: ClientInfo,
): Promise<IdentityRow> {
  const find = () => findIdentity(ground.db, identity)
  const known = await find()
  if (known) return known
  if (!newcomer) throw notLetIn(identity, 'person_unknown')
  const make = (given: Newcomer) =>
    ground.db.transaction((tx) => makeNewcomer(ground, tx, { identity, newcomer: given }, client))
  try {
    return await make(newcomer)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // The same person has come by another browser at the same moment, or somebody has taken the name.
    return (await find()) ?? make({ ...newcomer, username: undefined })
  }
}

interface Coming {
  readonly identity: ProvenIdentity
  readonly newcomer: Newcomer
}

async function makeNewcomer(
  { world, activity }: Ground,
  tx: Transaction,
  { identity, newcomer }: Coming,
  client: ClientInfo,
): Promise<IdentityRow> {
  const { userType, address } = newcomer
  const type = await holdUserType(tx, userType)
  // Looked at again: the type may permit more since the provider was added.
  if (!type) throw notLetIn(identity, 'user_type_unknown')
  if (!isHarmless(type.permissions)) throw notLetIn(identity, 'user_type_privileged')
  if (address && (await findProven(tx, address.key))) {
    throw new Refusal(
      'address_taken',
      'an account with this address exists; sign in to it, and link the identity',
      {
        ...{
          reason: 'address_of_another',
          refused: { event: 'user.sign_in', details: { provider: identity.provider } },
        },
      },
    )
  }
  const row = await rowOf(world, tx, newcomer)
  const now = world.now()
  const who = { subject: row.id, subjectKind: 'user', client } as const
  await insertUser(tx, row)
  if (address) {
    const id = newIdentifier('adr', world)
    const stored = { id, user_id: row.id, address: address.address, address_key: address.key }
    await insertAddress(tx, {
      ...{ ...stored, language: newcomer.language, created_at: now, is_primary: 0, proven_at: null },
    })
    await setProven(tx, id, now)
    await setPrimary(tx, row.id, id)
    await endRegistrations(tx, address.key)
    // Whoever has claimed the address without proof loses it.
    for (const loser of await takeFromOthers(tx, address.key, row.id)) {
      await makeSearchable(tx, loser)
      await activity.record(tx, who, 'user.change_address', user(loser), { details: { change: 'lost' } })
    }
  }
  await makeSearchable(tx, row.id)
  const { issuer, subject, label, provider } = identity
  const linked: IdentityRow = {
    ...{ id: newIdentifier('idn', world), issuer, subject, user_id: row.id, label },
    ...{ created_at: now, last_used_at: null },
  }
  await insertIdentity(tx, linked)
  const details = { user_type: userType, provider }
  await activity.record(tx, who, 'user.create', user(row.id), { details })
  await activity.record(tx, who, 'user.link_identity', user(row.id), {
    details: { provider, identity: linked.id },
  })
  return linked
}

/** With the name that the provider gives, if it is free and looks like that of nobody else; else with one that nobody chose. */
async function rowOf(world: World, tx: Transaction, newcomer: Newcomer): Promise<UserRow> {
  const { userType, displayName } = newcomer
  const named = (username: string) => newUserRow(world, { username, displayName, userType })
  const plain = () => {
    const { id } = named('person')
    return { ...named(`person_${id.slice('usr_'.length)}`), id }
  }
  if (newcomer.username === undefined) return plain()
  try {
    const row = named(newcomer.username)
    const isTaken =
      (await findUserByName(tx, row.username_key)) !== undefined || (await findLookAlikes(tx, row)).length > 0
    return isTaken ? plain() : row
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return plain()
  }
}
