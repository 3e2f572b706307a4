import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import type { LettersGround } from '../ground.ts'
import { makeSearchable } from '../search/searchable.ts'
import { findUser, type UserRow } from '../users/store.ts'
import {
  type AddressRow,
  findAddress,
  findPrimary,
  findProofAddress,
  findProven,
  insertProof,
  setPrimary,
  setProven,
  takeFromOthers,
  useProof,
} from './store.ts'
import { words } from './words.ts'

const event = 'user.change_address'
const proofLifeMs = 24 * 3_600_000
/** Letters of one account, and to one address: so that nobody has a stranger's mailbox filled. */
const perAccountAndHour = 10
const perAddressAndHour = 5

/** One letter, and the same statements, whether another account has proven the address or not. */
export async function sendProof(
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
  return unlessTaken(
    () =>
      db.transaction(async (tx) => {
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
      }),
    () => new Refusal('address_taken', 'another account has proven this address meanwhile'),
  )
}

function over(): Refusal {
  return new Refusal('link_invalid', 'this link is unknown, used, or over; ask for a new one')
}
