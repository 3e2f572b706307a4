import { Refusal } from '../../errors.ts'
import { findUserByName, type UserRow } from '../users/store.ts'
import { type AccountParts, createUser } from '../users/users.ts'
import { invite } from './invitations.ts'
import { findUserWhoMaySetUp } from './store.ts'

/** The person who sets the server up. Everyone else is created by somebody who may. */
const firstAdministratorName = 'admin'
const lifeMs = 60 * 60 * 1000

/**
 * While nobody can administer this server: a one-time invitation for the first administrator, good for an hour.
 * Undefined once somebody can. Each start ends the invitation before.
 */
export async function inviteFirstAdministrator(parts: AccountParts): Promise<string | undefined> {
  if (await findUserWhoMaySetUp(parts.db)) return undefined
  const user = await administratorToInvite(parts)
  return (await invite(parts, user.id, {}, lifeMs)).secret
}

/** Of that name or, where somebody has it who cannot be the one, of the next: `admin-2`. */
async function administratorToInvite(parts: AccountParts): Promise<UserRow> {
  for (let attempt = 1; ; attempt++) {
    const username = attempt === 1 ? firstAdministratorName : `${firstAdministratorName}-${attempt}`
    const existing = await findUserByName(parts.db, username)
    if (existing && existing.disabled_at === null && existing.user_type === 'administrator') return existing
    if (existing) continue
    try {
      return await createUser(parts, { username, userType: 'administrator' }, {})
    } catch (error) {
      // Another process started at the same moment: the user it has made is the one.
      if (!(error instanceof Refusal) || error.code !== 'user_exists') throw error
      attempt--
    }
  }
}
