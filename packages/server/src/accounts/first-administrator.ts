import { invite } from './invitations.ts'
import { findUserByName, findUserWhoMaySetUp } from './store.ts'
import { type AccountParts, createUser } from './users.ts'

/** The person who sets the server up. Everyone else is created by somebody who may. */
export const firstAdministratorName = 'admin'
const lifeMs = 60 * 60 * 1000

/**
 * While nobody can administer this server: a one-time invitation for the first administrator, good for an hour.
 * Undefined once somebody can. Each start ends the invitation before.
 */
export async function inviteFirstAdministrator(parts: AccountParts): Promise<string | undefined> {
  if (await findUserWhoMaySetUp(parts.db)) return undefined
  const existing = await findUserByName(parts.db, firstAdministratorName)
  const user =
    existing ?? (await createUser(parts, { username: firstAdministratorName, userType: 'administrator' }, {}))
  return (await invite(parts, user.id, {}, lifeMs)).secret
}
