import { type Details, type EventName, user as userTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { endAllSessions } from '../../sessions/end.ts'
import type { LettersGround } from '../ground.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import type { FactorChange } from '../notices/words.ts'
import { requireUser } from '../users/require-user.ts'
import { holdUser, type UserWithPermissions } from '../users/store.ts'
import { deleteRememberedBrowsers } from './remembered/store.ts'
import { dutyOf, hasShortPassword, isFactorInForce } from './rule.ts'
import { deleteRecoveryCodes } from './store.ts'

/**
 * Hold the account of the caller, whose factors are changed, until the transaction ends.
 * @throws {Refusal} `user_not_found`
 */
export async function holdOwn(tx: Transaction, { identity }: Caller): Promise<UserWithPermissions> {
  await holdUser(tx, identity.subject)
  return requireUser(tx, identity.subject)
}

interface Change {
  readonly caller: Caller
  readonly person: UserWithPermissions
  readonly event: EventName
  readonly told: FactorChange
  readonly details: Details
}

/** What follows from every change of the factors in force: no browser is remembered, every other session ends, the person is told. */
export async function factorsChanged(
  ground: LettersGround,
  tx: Transaction,
  { caller, person, event, told, details }: Change,
): Promise<void> {
  await deleteRememberedBrowsers(tx, person.id)
  await endAllSessions(ground, tx, person.id, 'factor_changed', caller, caller.identity.sessionId)
  await tellFactorsChanged(ground, tx, person, told)
  await ground.activity.record(tx, caller, event, userTarget(person.id), { details })
}

/**
 * A factor was removed. With the last one the recovery codes go.
 * @throws {Refusal} `factor_needed` if the account may not be without one
 */
export async function afterRemoval(tx: Transaction, person: UserWithPermissions): Promise<void> {
  if (await isFactorInForce(tx, person.id)) return
  if (await hasShortPassword(tx, person)) {
    throw new Refusal(
      'factor_needed',
      'your password is too short to stand alone; choose a longer one first',
      {
        reason: 'password_short',
      },
    )
  }
  if ((await dutyOf(tx, person)).isRequired) {
    throw new Refusal('factor_needed', 'your account has to have a second factor; replace this one instead', {
      reason: 'type_requires_factor',
    })
  }
  await deleteRecoveryCodes(tx, person.id)
}
