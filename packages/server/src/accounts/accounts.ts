import { createRefreshCookies } from '../http/refresh-cookie.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { AccountsGround } from './ground.ts'
import { invitationPage, takeUpInvitation } from './invitations/pages.ts'
import { acceptInvitationRoute, inviteUser } from './invitations/routes.ts'
import { logIn, logOut, readMe, refresh, verifyToken } from './sign-in/routes.ts'
import {
  createUserRoute,
  createUserTypeRoute,
  disableUserRoute,
  enableUserRoute,
  endUserSession,
  listUserSessions,
  listUsers,
  listUserTypes,
  readUser,
} from './users/routes.ts'
import { findUser, findUserByName, noteSignIn } from './users/store.ts'
import { usernameKey } from './users/username-key.ts'
import { ensureUserTypes } from './users/users.ts'

/** People: users, user types, invitations, sign-in. */
export interface Accounts extends Part {
  /** The id of an enabled user of that name. */
  findUserId(username: string): Promise<string | undefined>
  findUsername(id: string): Promise<string | undefined>
}

export async function createAccounts(
  given: Omit<AccountsGround, 'cookies' | 'linkTo' | 'noteSignIn'>,
  issuer: string,
): Promise<Accounts> {
  const ground: AccountsGround = {
    ...given,
    noteSignIn,
    cookies: createRefreshCookies(issuer),
    linkTo: (invitation) => `${issuer}/invitations/${invitation}`,
  }
  const { db, world } = ground
  await db.transaction((tx) => ensureUserTypes(tx, world.now()))
  return {
    routes: serve(ground, [
      logIn,
      refresh,
      verifyToken,
      logOut,
      readMe,
      acceptInvitationRoute,
      listUsers,
      createUserRoute,
      readUser,
      inviteUser,
      disableUserRoute,
      enableUserRoute,
      listUserSessions,
      endUserSession,
      listUserTypes,
      createUserTypeRoute,
      invitationPage,
      takeUpInvitation,
    ]),
    jobs: [],
    async findUserId(username) {
      const user = await findUserByName(db, usernameKey(username))
      return user?.disabled_at === null ? user.id : undefined
    },
    findUsername: async (id) => (await findUser(db, id))?.username,
  }
}
