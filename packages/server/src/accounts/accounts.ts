import { createBrowserCookie, createRefreshCookies } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { AccountsGround } from './ground.ts'
import { invitationLink } from './invitations/invitations.ts'
import { invitationPage, takeUpInvitation } from './invitations/pages.ts'
import { acceptInvitationRoute, inviteUser } from './invitations/routes.ts'
import {
  changeMyPassword,
  endMyOtherSessionsRoute,
  endMySessionRoute,
  listMySessions,
  readMe,
} from './me/routes.ts'
import { type Ruled, ruledPermissions } from './permissions/effective.ts'
import { createGrantsJob } from './permissions/grants.ts'
import { createGrant, listGrants, listUserPermissions, withdrawGrant } from './permissions/routes.ts'
import { logIn, logOut, refresh, verifyToken } from './sign-in/routes.ts'
import { importUsers } from './transfer/routes.ts'
import {
  changeUserTypeRoute,
  createUserTypeRoute,
  listUserTypes,
  readUserType,
  removeUserTypeRoute,
} from './user-types/routes.ts'
import { ensureUserTypes } from './user-types/user-types.ts'
import {
  createUserRoute,
  disableUserRoute,
  enableUserRoute,
  endUserSession,
  listUserSessions,
  listUsers,
  readUser,
  unlockUserRoute,
  updateUserRoute,
} from './users/routes.ts'
import { findUser, findUserByName } from './users/store.ts'
import { usernameKey } from './users/username-key.ts'
import { lockForSignIn } from './users/users.ts'

/** People: users, user types, invitations, sign-in. */
export interface Accounts extends Part {
  /** The id of the enabled user with this name. */
  findUserId(username: string): Promise<string | undefined>
  findUsername(id: string): Promise<string | undefined>
  /** What decides about a person now; undefined if there is none. */
  holderOf(id: string): Promise<{ readonly isEnabled: boolean; readonly ruled: readonly Ruled[] } | undefined>
}

export async function createAccounts(
  given: Omit<AccountsGround, 'browserCookie' | 'cookies' | 'linkTo' | 'lockForSignIn'>,
  issuer: string,
): Promise<Accounts> {
  const ground: AccountsGround = {
    ...given,
    lockForSignIn,
    cookies: createRefreshCookies(issuer),
    browserCookie: createBrowserCookie(issuer),
    linkTo: (invitation) => invitationLink(issuer, invitation),
  }
  const { db, world } = ground
  await ensureUserTypes(ground)
  return {
    routes: serve(ground, [
      logIn,
      refresh,
      verifyToken,
      logOut,
      readMe,
      changeMyPassword,
      listMySessions,
      endMySessionRoute,
      endMyOtherSessionsRoute,
      acceptInvitationRoute,
      listUsers,
      createUserRoute,
      importUsers,
      readUser,
      updateUserRoute,
      inviteUser,
      disableUserRoute,
      enableUserRoute,
      unlockUserRoute,
      listUserSessions,
      endUserSession,
      listUserTypes,
      createUserTypeRoute,
      readUserType,
      changeUserTypeRoute,
      removeUserTypeRoute,
      listUserPermissions,
      listGrants,
      createGrant,
      withdrawGrant,
      invitationPage,
      takeUpInvitation,
    ]),
    jobs: [ground.attempts.job, createGrantsJob(ground)],
    async findUserId(username) {
      const user = await findUserByName(db, usernameKey(username))
      return user?.disabled_at === null ? user.id : undefined
    },
    findUsername: async (id) => (await findUser(db, id))?.username,
    async holderOf(id) {
      const user = await findUser(db, id)
      return user && { isEnabled: user.disabled_at === null, ruled: ruledPermissions(user, world.now()) }
    },
  }
}
