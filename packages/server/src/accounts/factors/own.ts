import { user as userTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import type { LettersGround } from '../ground.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import {
  type FactorsGround,
  type PendingAuthenticator,
  provePending,
  setUpAuthenticator,
} from './authenticators.ts'
import { afterRemoval, factorsChanged, holdOwn } from './changes.ts'
import { hashRecoveryCode, newRecoveryCodes } from './codes.ts'
import { interactiveSession, requireFreshSignIn } from './fresh.ts'
import { isFactorInForce } from './rule.ts'
import {
  countRecoveryCodes,
  deleteAuthenticator,
  deleteRecoveryCodes,
  findAuthenticator,
  insertRecoveryCode,
} from './store.ts'

// What a person does to the factors of their own account. Each act takes a sign-in of the last five minutes, ends every other
// session, which may belong to whoever the factor is to keep out, and is a row of the log.

type OwnGround = LettersGround & FactorsGround

/** @throws {Refusal} `insufficient_user_authentication`, `kind_not_allowed` */
export async function beginAuthenticator(ground: OwnGround, caller: Caller): Promise<PendingAuthenticator> {
  return ground.db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    const session = await requireFreshSignIn(tx, caller, ground.world.now())
    return setUpAuthenticator(ground, tx, person, session.id)
  })
}

/**
 * Put the authenticator in force that this session has set up, which took a fresh sign-in, by a code of it. Returns recovery
 * codes, to be shown this once, if the account had none.
 * @throws {Refusal} `factor_not_found`, `code_wrong`, `kind_not_allowed`
 */
export async function confirmAuthenticator(
  ground: OwnGround,
  caller: Caller,
  code: string,
): Promise<readonly string[] | undefined> {
  const { db } = ground
  const { subject, sessionId = '' } = caller.identity
  const proven = await provePending(ground, subject, sessionId, code)
  if (!proven) throw codeWrong()
  return db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await interactiveSession(tx, caller)
    const isReplaced = (await findAuthenticator(tx, subject, 'in_force')) !== undefined
    if (!(await proven.use(tx))) throw codeWrong()
    const codes = await firstRecoveryCodes(ground, tx, subject)
    const details = { factor: 'authenticator', replaced: isReplaced }
    const told = isReplaced ? 'replaced' : 'added'
    await factorsChanged(ground, tx, { caller, person, event: 'user.add_factor', told, details })
    return codes
  })
}

/**
 * Remove the authenticator, and with the last factor the recovery codes.
 * @throws {Refusal} `factor_not_found`; `factor_needed` if the account may not be without one: its password is too short to
 * stand alone, or its type requires one; `insufficient_user_authentication`, `kind_not_allowed`
 */
export async function removeAuthenticator(ground: OwnGround, caller: Caller): Promise<void> {
  const { db, world } = ground
  const { subject } = caller.identity
  await db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await requireFreshSignIn(tx, caller, world.now())
    if (!(await deleteAuthenticator(tx, subject, 'in_force'))) throw noFactor()
    await afterRemoval(tx, person)
    const details = { factor: 'authenticator' }
    await factorsChanged(ground, tx, {
      ...{ caller, person, event: 'user.remove_factor', told: 'removed', details },
    })
  })
}

/**
 * New recovery codes, to be shown this once. Those before are worth nothing any more.
 * @throws {Refusal} `factor_not_found` if there is no factor that they could stand in for; `insufficient_user_authentication`,
 * `kind_not_allowed`
 */
export async function renewRecoveryCodes(ground: OwnGround, caller: Caller): Promise<readonly string[]> {
  const { db, world, activity } = ground
  const { subject } = caller.identity
  return db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await requireFreshSignIn(tx, caller, world.now())
    if (!(await isFactorInForce(tx, subject))) throw noFactor()
    const codes = await replaceRecoveryCodes(ground, tx, subject)
    await tellFactorsChanged(ground, tx, person, 'codes_renewed')
    await activity.record(tx, caller, 'user.renew_recovery_codes', userTarget(subject))
    return codes
  })
}

/** Recovery codes for an account that has none. */
export async function firstRecoveryCodes(
  ground: Pick<OwnGround, 'world'>,
  tx: Transaction,
  userId: string,
): Promise<readonly string[] | undefined> {
  return (await countRecoveryCodes(tx, userId)) > 0 ? undefined : replaceRecoveryCodes(ground, tx, userId)
}

async function replaceRecoveryCodes(
  { world }: Pick<OwnGround, 'world'>,
  tx: Transaction,
  userId: string,
): Promise<readonly string[]> {
  const codes = newRecoveryCodes(world)
  await deleteRecoveryCodes(tx, userId)
  for (const code of codes) await insertRecoveryCode(tx, userId, hashRecoveryCode(code), world.now())
  return codes
}

const codeWrong = () =>
  new Refusal('code_wrong', 'this code is not right; a new one comes every 30 seconds', {
    refused: { event: 'user.add_factor' },
  })
const noFactor = () => new Refusal('factor_not_found', 'the account has no such factor')
