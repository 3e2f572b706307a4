import { unlessRefused } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import type { LettersGround } from '../ground.ts'
import { findAdministratorType } from '../permissions/administrators.ts'
import { findUserByName, type UserRow } from '../users/store.ts'
import { createUser } from '../users/users.ts'
import { invite } from './invitations.ts'
import { findUserWhoMaySetUp } from './store.ts'

/** The user name of the first administrator. All other users are created by an authorized user. */
const firstAdministratorName = 'admin'
const lifeMs = 60 * 60 * 1000

/**
 * Make an invitation for the first administrator if no user can administer this server. It can be accepted once, within an
 * hour.
 * @returns undefined if a user can administer the server. An invitation that another process or an earlier start printed
 * stays valid until its hour is over or any of them is accepted.
 */
export async function inviteFirstAdministrator(
  ground: Ground & Pick<LettersGround, 'mail'>,
): Promise<string | undefined> {
  if (await findUserWhoMaySetUp(ground.db)) return undefined
  const user = await administratorToInvite(ground)
  return (await invite(ground, operator, user.id, { lifeMs, keepOthers: true })).secret
}

/** Create a user with this name; with the next one (`admin-2`) if another user who cannot administer the server has it. */
async function administratorToInvite(ground: Ground): Promise<UserRow> {
  const userType = await findAdministratorType(ground.db)
  for (let attempt = 1; ; attempt++) {
    const username = attempt === 1 ? firstAdministratorName : `${firstAdministratorName}-${attempt}`
    const existing = await findUserByName(ground.db, username)
    if (existing && existing.disabled_at === null && existing.user_type === userType) return existing
    if (existing) continue
    const made = await unlessRefused(() => createUser(ground, operator, { username, userType }), {
      user_exists: () => undefined,
    })
    if (made) return made
    // Another process started at the same moment: the user it has made is the one.
    attempt--
  }
}
