import type { ClientInfo } from '../../client-info.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { findProven } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import { admitNetwork } from '../network-limit.ts'
import { isHarmless } from '../user-types/sign-in-rule.ts'
import { findOpenTypes, type UserTypeRow } from '../user-types/store.ts'
import { findUser } from '../users/store.ts'
import {
  findSealedRegistrations,
  insertRegistration,
  insertRegistrationRequest,
  replaceSealedRegistration,
  takeRegistrationRequest,
} from './store.ts'
import { words } from './words.ts'

const lifeMs = 24 * 3_600_000
const perAddressAndHour = 3
const sealing = 'registration requests'

/** Those who wait for an answer, to be sealed anew. */
export const sealedRegistrations: SealedRows = {
  name: 'registrations',
  find: findSealedRegistrations,
  replace: replaceSealedRegistration,
  contextOf: () => sealing,
}

export interface RegistrationGround extends LettersGround {
  readonly masterKey: MasterKey
}

interface Wanted {
  /** As it was typed. */
  readonly address: string
  /** May be left out where there is one. */
  readonly userType: string | undefined
  readonly language: Language
  readonly client: ClientInfo
}

/** What is written down of it. */
interface Request extends Wanted {
  readonly addressKey: string
  readonly userType: string
}

/** The types in which a stranger may make an account; none where no letter can be sent. */
export async function openTypes(
  { mail }: Pick<LettersGround, 'mail'>,
  reader: Reader,
): Promise<readonly UserTypeRow[]> {
  if (mail.mode === 'none') return []
  return (await findOpenTypes(reader)).filter(({ permissions }) => isHarmless(permissions))
}

/**
 * Ask for an account. The address is all that a stranger says of themselves until they have shown that it is theirs, so an account
 * that nobody has proven never stands in anybody's way. It is only written down here: the answer and its time are the same for
 * every address; {@link answerRegistrations} looks whether it has an account.
 * @throws {Refusal} `registration_closed`, `user_type_unknown`; `request_invalid` for what is no address;
 * `too_many_requests` for a network that asks too often
 */
export async function requestRegistration(ground: RegistrationGround, wanted: Wanted): Promise<void> {
  const { db, world, masterKey } = ground
  const read = mailAddress(wanted.address.trim())
  const userType = await chosenType(ground, wanted.userType)
  if (!read) {
    const reason = 'must be an address of mail, in ASCII before the @ and without quotes'
    throw new Refusal('request_invalid', `the address ${reason}`, { faults: [{ field: '/address', reason }] })
  }
  const request: Request = { ...wanted, address: read.address, addressKey: read.key, userType }
  await db.transaction(async (tx) => {
    await admitNetwork(ground, tx, 'registrations of network', wanted.client, 'user.send_registration')
    await insertRegistrationRequest(tx, {
      id: newIdentifier('rgr', world),
      sealed: masterKey.seal(JSON.stringify(request), sealing),
      created_at: world.now(),
    })
  })
}

async function chosenType(ground: RegistrationGround, asked: string | undefined): Promise<string> {
  const open = await openTypes(ground, ground.db)
  const [first, ...others] = open
  if (!first) throw closed()
  if (asked === undefined && others.length === 0) return first.name
  const chosen = open.find(({ name }) => name === asked)
  if (!chosen) throw new Refusal('user_type_unknown', 'say which of the open user types it is to be')
  return chosen.name
}

export function closed(): Refusal {
  return new Refusal(
    'registration_closed',
    'nobody makes an account here by themselves; ask whoever runs it',
    {
      refused: { event: 'user.register' },
    },
  )
}

/** Send a link to each address that was asked for; to one that has an account, a letter that says so. */
export async function answerRegistrations(ground: RegistrationGround): Promise<void> {
  const { db, masterKey } = ground
  const answerOne = () =>
    db.transaction(async (tx) => {
      const row = await takeRegistrationRequest(tx)
      if (!row) return false
      // Written by requestRegistration alone.
      await answer(ground, tx, JSON.parse(masterKey.open(row.sealed, sealing)) as Request)
      return true
    })
  while (await answerOne()) {
    // One transaction each: a request that fails undoes no other.
  }
}

async function answer(ground: RegistrationGround, tx: Transaction, request: Request): Promise<void> {
  const { activity, mail, world } = ground
  const { address, addressKey, userType, language, client } = request
  const proven = await findProven(tx, addressKey)
  const owner = proven && (await findUser(tx, proven.user_id))
  const isLimited = (await mail.admit(tx, 'registrations to', addressKey, perAddressAndHour)) !== undefined
  const reason = isLimited ? 'address_requests' : owner ? 'address_taken' : undefined
  const details = { user_type: userType }
  const more = reason === undefined ? { details } : ({ outcome: 'refused', reason, details } as const)
  await activity.record(tx, { client }, 'user.send_registration', undefined, more)
  if (isLimited) return
  const say = words[language]
  const expiresAt = world.now() + lifeMs
  if (owner) {
    const letter = { language, ...say.haveOne(owner.username, mail.linkTo('/recover')) }
    const about = { letter: 'registration_taken', userId: owner.id, untilMs: expiresAt }
    await mail.post(tx, address, letter, about)
    return
  }
  const secret = newSecret('register', world)
  await insertRegistration(tx, {
    ...{ secret_hash: hashSecret(secret), user_type: userType, address, address_key: addressKey, language },
    ...{ attempts: 0, created_at: world.now(), expires_at: expiresAt },
  })
  const letter = { language, ...say.letter(mail.linkTo(`/sign-up/${secret}`)) }
  await mail.post(tx, address, letter, { letter: 'registration', untilMs: expiresAt })
}
