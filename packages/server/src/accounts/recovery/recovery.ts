import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor, Operator } from '../../identity.ts'
import { mailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import { endAllSessions } from '../../sessions/end.ts'
import { type AddressRow, findPrimary, findProven } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import { endInvitations } from '../invitations/store.ts'
import { admitNetwork } from '../network-limit.ts'
import { deleteUnprompted } from '../passkeys/store.ts'
import { type LinkGround, setPasswordByLink } from '../passwords/by-link.ts'
import { keepAdministrator } from '../permissions/administrators.ts'
import {
  findUser,
  findUserByName,
  removePassword,
  type UserRow,
  type UserWithPermissions,
} from '../users/store.ts'
import { usernameKey } from '../users/username-key.ts'
import { findToChange } from '../users/users.ts'
import {
  endRecoveries,
  findRecoveringUser,
  findSealedRequests,
  insertRecovery,
  insertRequest,
  replaceSealedRequest,
  takeRequest,
  useRecovery,
} from './store.ts'
import { words } from './words.ts'

const lifeMs = 30 * 60_000
const perAccountAndHour = 3
const sealing = 'recovery requests'

/** Those who wait for an answer, to be sealed anew. */
export const sealedRecoveries: SealedRows = {
  name: 'recoveries',
  find: findSealedRequests,
  replace: replaceSealedRequest,
  contextOf: () => sealing,
}

interface Request {
  /** A user name or an address, as it was typed. */
  readonly login: string
  readonly language: Language
  readonly client: ClientInfo
}

/**
 * Ask for a link by which a forgotten password is replaced. It is only written down here, so that the answer and its time are the
 * same for every name; {@link answerRequests} looks whose it is.
 * @throws {Refusal} `mail_unavailable`; `too_many_requests` for a network that asks too often, whatever it asks for
 */
export async function requestRecovery(
  ground: LettersGround & { readonly masterKey: MasterKey },
  request: Request,
): Promise<void> {
  const { db, world, mail, masterKey } = ground
  if (mail.mode === 'none') {
    throw new Refusal('mail_unavailable', 'this server sends no mail; ask whoever runs it for a new password')
  }
  await db.transaction(async (tx) => {
    await admitNetwork(ground, tx, 'recoveries of network', request.client, 'user.send_recovery')
    await insertRequest(tx, {
      id: newIdentifier('rcr', world),
      // What was typed may be a password in the wrong field.
      sealed: masterKey.seal(JSON.stringify(request), sealing),
      created_at: world.now(),
    })
  })
}

/** Send a link to each account that was asked for: one that is enabled, has a proven address, and is not over its limit. */
export async function answerRequests(
  ground: LettersGround & { readonly masterKey: MasterKey },
): Promise<void> {
  const { db, masterKey } = ground
  const answerOne = () =>
    db.transaction(async (tx) => {
      const row = await takeRequest(tx)
      if (!row) return false
      const request = JSON.parse(masterKey.open(row.sealed, sealing)) as Request // written by requestRecovery alone
      await answer(ground, tx, request)
      return true
    })
  while (await answerOne()) {
    // One transaction each: a request that fails undoes no other.
  }
}

async function answer(ground: LettersGround, tx: Transaction, request: Request): Promise<void> {
  const { activity, mail } = ground
  const { login, language, client } = request
  const found = await whoseLogin(tx, login)
  if (!found) return
  const { owner, address } = found
  const isLimited = () => mail.admit(tx, 'recoveries of account', owner.id, perAccountAndHour)
  const reason =
    owner.disabled_at !== null
      ? 'account_disabled'
      : !address
        ? 'address_missing'
        : (await isLimited()) !== undefined
          ? 'account_requests'
          : undefined
  if (reason === undefined && address) await sendLink(ground, tx, owner, address, language)
  const more = reason === undefined ? {} : ({ outcome: 'refused', reason } as const)
  await activity.record(tx, { client }, 'user.send_recovery', user(owner.id), more)
}

/** By name, with the primary address; or by an address that an account has proven. */
async function whoseLogin(
  tx: Transaction,
  login: string,
): Promise<{ owner: UserRow; address: AddressRow | undefined } | undefined> {
  const named = await findUserByName(tx, usernameKey(login))
  if (named) return { owner: named, address: await findPrimary(tx, named.id) }
  const read = mailAddress(login.trim())
  const address = read && (await findProven(tx, read.key))
  const owner = address && (await findUser(tx, address.user_id))
  return owner && { owner, address }
}

/** To the address that is stored, never to one that was typed. */
async function sendLink(
  ground: LettersGround,
  tx: Transaction,
  owner: UserRow,
  address: AddressRow,
  language: Language,
): Promise<void> {
  const { secret, expiresAt } = await makeLink(ground, tx, owner.id)
  const url = ground.mail.linkTo(`/recover/${secret}`)
  const letter = { language, ...words[language].letter(owner.username, url) }
  const about = { letter: 'recovery', userId: owner.id, untilMs: expiresAt }
  await ground.mail.post(tx, address.address, letter, about)
}

async function makeLink(
  { world }: Ground,
  tx: Transaction,
  userId: string,
): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret('recover', world)
  const now = world.now()
  const expiresAt = now + lifeMs
  await insertRecovery(tx, { secretHash: hashSecret(secret), userId, createdAt: now, expiresAt })
  return { secret, expiresAt }
}

/** Send a link of one's own accord, as far as there is an address: after a sign-in that was disowned. */
export async function startRecovery(ground: LettersGround, tx: Transaction, owner: UserRow): Promise<void> {
  const address = await findPrimary(tx, owner.id)
  if (address) await sendLink(ground, tx, owner, address, address.language)
}

/**
 * An administrator has a link sent to a user. They never see it.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `account_disabled`, `address_missing`, `mail_unavailable`
 */
export async function sendRecovery(ground: LettersGround, actor: Actor, userId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    await sendTo(ground, tx, await findToChange(tx, actor, userId, ground.world.now()))
    await ground.activity.record(tx, actor, 'user.send_recovery', user(userId))
  })
}

async function sendTo(ground: LettersGround, tx: Transaction, owner: UserRow): Promise<void> {
  if (ground.mail.mode === 'none') throw new Refusal('mail_unavailable', 'this server has no mail server')
  if (owner.disabled_at !== null) throw disabled()
  const address = await findPrimary(tx, owner.id)
  if (!address) throw new Refusal('address_missing', 'this account has no address that is proven')
  await sendLink(ground, tx, owner, address, address.language)
}

/**
 * Take a user's password away: their sessions end, and a link is sent by which they set a new one.
 * @throws {Refusal} as {@link sendRecovery}; `last_administrator`
 */
export async function resetUser(ground: LettersGround, actor: Actor, userId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const owner = await takePassword(ground, tx, actor, userId)
    await sendTo(ground, tx, owner)
  })
}

async function takePassword(
  ground: LettersGround,
  tx: Transaction,
  actor: Actor,
  userId: string,
): Promise<UserWithPermissions> {
  const { world, activity } = ground
  const take = async () => {
    const owner = await findToChange(tx, actor, userId, world.now())
    await removePassword(tx, userId)
    await deleteUnprompted(tx, userId)
    await endInvitations(tx, userId, world.now())
    await endRecoveries(tx, userId, world.now())
    await endAllSessions(ground, tx, userId, 'password_set', actor)
    // Whoever has taken the account over may have made keys of it.
    await ground.apiKeys.endAll(tx, actor, { owner: userId }, 'account_reset')
    await activity.record(tx, actor, 'user.reset', user(userId))
    return owner
  }
  // The command line makes another link, and so does the next start of a server without an administrator.
  return actor.kind === 'operator' ? take() : keepAdministrator(tx, world.now(), take)
}

/**
 * A link for the operator to hand over, for an account without mail. With `reset` the present password is taken away first.
 * @throws {Refusal} `user_not_found`, `account_disabled`
 */
export async function makeRecoveryLink(
  ground: LettersGround,
  by: Operator,
  userId: string,
  reset: boolean,
): Promise<{ url: string; expiresAt: number }> {
  return ground.db.transaction(async (tx) => {
    const owner = reset
      ? await takePassword(ground, tx, by, userId)
      : await findToChange(tx, by, userId, ground.world.now())
    if (owner.disabled_at !== null) throw disabled()
    const { secret, expiresAt } = await makeLink(ground, tx, userId)
    const details = { shown: true }
    await ground.activity.record(tx, by, 'user.send_recovery', user(userId), { outcome: 'alarm', details })
    return { url: ground.mail.linkTo(`/recover/${secret}`), expiresAt }
  })
}

/** The user of an open link. @throws {Refusal} `link_invalid` */
export async function recovering({ db, world }: Ground, secret: string): Promise<UserWithPermissions> {
  const id = isSecret('recover', secret)
    ? await findRecoveringUser(db, hashSecret(secret), world.now())
    : undefined
  const found = id === undefined ? undefined : await findUser(db, id)
  if (!found || found.disabled_at !== null) throw over()
  return found
}

/**
 * Set a new password by a link. Works once, ends every session of the user and every other link, and does not sign in: a second
 * factor is asked for at the sign-in that follows.
 * @throws {Refusal} `link_invalid`, `password_unacceptable`, `overloaded`
 */
export async function recover(
  ground: LinkGround,
  { secret, password }: { secret: string; password: string },
  client: ClientInfo,
): Promise<UserWithPermissions> {
  // Checked before the password is hashed: a guess must not cost 15 ms of a core.
  const owner = await recovering(ground, secret)
  const use = (tx: Transaction, now: number) => useRecovery(tx, hashSecret(secret), now)
  await setPasswordByLink(ground, { owner, password, use, over, event: 'user.recover', client })
  return owner
}

function over(): Refusal {
  return new Refusal('link_invalid', 'this link is unknown, used, or over; ask for a new one')
}

function disabled(): Refusal {
  return new Refusal('account_disabled', 'this account is disabled; enable it first')
}
