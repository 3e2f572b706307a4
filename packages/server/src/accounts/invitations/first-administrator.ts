import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import { findUserByName, type UserRow } from '../users/store.ts'
import { createUser } from '../users/users.ts'
import { invite } from './invitations.ts'
import { findUserWhoMaySetUp } from './store.ts'

/** The person who sets the server up. Everyone else is created by somebody who may. */
const firstAdministratorName = 'admin'
const lifeMs = 60 * 60 * 1000

/**
 * While nobody can administer this server: a one-time invitation for the first administrator, good for an hour.
 * Undefined once somebody can. What another process, or a start before, has printed works as well until its hour is over
 * or one of them is taken up.
 */
export async function inviteFirstAdministrator(ground: Ground): Promise<string | undefined> {
  if (await findUserWhoMaySetUp(ground.db)) return undefined
  const user = await administratorToInvite(ground)
  return (await invite(ground, operator, user.id, { lifeMs, keepOthers: true })).secret
}

/** Of that name or, where somebody has it who cannot be the one, of the next: `admin-2`. */
async function administratorToInvite(ground: Ground): Promise<UserRow> {
  for (let attempt = 1; ; attempt++) {
    const username = attempt === 1 ? firstAdministratorName : `${firstAdministratorName}-${attempt}`
    const existing = await findUserByName(ground.db, username)
    if (existing && existing.disabled_at === null && existing.user_type === 'administrator') return existing
    if (existing) continue
    try {
      return await createUser(ground, operator, { username, userType: 'administrator' })
    } catch (error) {
      // Another process started at the same moment: the user it has made is the one.
      if (!(error instanceof Refusal) || error.code !== 'user_exists') throw error
      attempt--
    }
  }
}
