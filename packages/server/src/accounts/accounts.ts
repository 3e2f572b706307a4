import { createBrowserCookie, createRefreshCookies, createSignedInCookie } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { isLiveRefreshToken } from '../tokens/refresh.ts'
import { createActingJob } from './acting/act-as.ts'
import { actAsUser } from './acting/routes.ts'
import { addressPage, confirmAddress } from './addresses/pages.ts'
import {
  addMyAddressRoute,
  addUserAddress,
  listMyAddresses,
  listUserAddresses,
  makeMyAddressPrimaryRoute,
  makeUserAddressPrimary,
  proveAddressRoute,
  removeMyAddressRoute,
  removeUserAddress,
  sendMyProofRoute,
  sendUserProof,
} from './addresses/routes.ts'
import { sweepProofs } from './addresses/store.ts'
import {
  addAttributeRoute,
  changeAttributeRoute,
  listAttributes,
  readAttribute,
  readMyAttributes,
  readUserAttributes,
  removeAttributeRoute,
  setMyAttributesRoute,
  setUserAttributes,
} from './attributes/routes.ts'
import { actOnUsers } from './bulk/routes.ts'
import { downloadMyDataRoute, downloadUserData } from './data/routes.ts'
import { createDeletionJob, type Deleting } from './deletion/deletion.ts'
import { deleteUserRoute, undeleteUserRoute } from './deletion/routes.ts'
import { isCodeMailed } from './factors/mailed-code.ts'
import {
  beginMyAuthenticator,
  confirmMyAuthenticator,
  forgetMyBrowsers,
  readFactorRule,
  readMyFactors,
  readUserFactors,
  removeMyAuthenticator,
  renewMyRecoveryCodes,
  resetUserFactors,
  setFactorRuleRoute,
} from './factors/routes.ts'
import { askedOfSignIn } from './factors/rule.ts'
import { factorsJob } from './factors/sweep.ts'
import type { AccountsGround } from './ground.ts'
import { createPeopleOfProviders } from './identities/for-providers.ts'
import { identityRoutes } from './identities/routes.ts'
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
import { disownSignInRoute, noticePage } from './notices/pages.ts'
import { lookAtSignIns, sweepNotices } from './notices/sign-ins.ts'
import { type RelyingPartySettings, relyingParty } from './passkeys/relying-party.ts'
import {
  listMyPasskeys,
  offerMyPasskey,
  passkeyOriginsRoute,
  registerMyPasskey,
  removeMyPasskey,
  renameMyPasskey,
} from './passkeys/routes.ts'
import { createGrantsJob } from './permissions/grants.ts'
import { createHolders, type Holders } from './permissions/holders.ts'
import { createGrant, listGrants, listUserPermissions, withdrawGrant } from './permissions/routes.ts'
import { askForRecovery, newPasswordPage, recoveryPage, setNewPassword } from './recovery/pages.ts'
import { answerRequests } from './recovery/recovery.ts'
import { recoverRoute, requestRecoveryRoute, resetUserRoute, sendRecoveryRoute } from './recovery/routes.ts'
import { sweepRecoveries } from './recovery/store.ts'
import { askForAccount, registerByForm, registrationPage, signUpPage } from './registration/pages.ts'
import { answerRegistrations } from './registration/request.ts'
import { listOpenTypes, registerRoute, requestRegistrationRoute } from './registration/routes.ts'
import { sweepRegistrations } from './registration/store.ts'
import { countUsers, listUsers } from './search/routes.ts'
import { createSearchJob } from './search/searchable.ts'
import { answerFactorByForm, factorPage, signInByForm, signInPage } from './sign-in/pages.ts'
import { logInByPasskey, offerPasskeySignIn } from './sign-in/passkey-routes.ts'
import { answerFactor, enrolAtSignIn, logIn, logOut, refresh, verifyToken } from './sign-in/routes.ts'
import { importUsers } from './transfer/routes.ts'
import {
  changeUserTypeRoute,
  createUserTypeRoute,
  listUserTypes,
  readUserType,
  removeUserTypeRoute,
} from './user-types/routes.ts'
import { limitsOf, overlongSessionsJob } from './user-types/session-limits.ts'
import { readSignInRuleRoute, setSignInRuleRoute } from './user-types/sign-in-routes.ts'
import { ensureUserTypes } from './user-types/user-types.ts'
import { createPeopleForApplications } from './users/for-applications.ts'
import { createKeyOwners } from './users/key-owners.ts'
import { createPeopleOfApps } from './users/of-apps.ts'
import {
  createUserRoute,
  disableUserRoute,
  enableUserRoute,
  endUserSession,
  endUserSessions,
  listUserSessions,
  readUser,
  unlockUserRoute,
  updateUserRoute,
} from './users/routes.ts'
import { findUser, findUserByName } from './users/store.ts'
import { usernameKey } from './users/username-key.ts'
import { lockForSignIn } from './users/users.ts'

/** People: users, user types, invitations, sign-in. */
export interface Accounts extends Part, Holders {
  /** Take what is done with a person's devices by other parts, which are built later. */
  govern(given: Governing): void
  /** The id of the enabled user with this name. */
  findUserId(username: string): Promise<string | undefined>
  findUsername(id: string): Promise<string | undefined>
  /** The id of whoever has this username, also if they are disabled: none or one. */
  idsNamed(username: string): Promise<readonly string[]>
  /** What the gate to sessions asks of an account. */
  readonly lockForSignIn: AccountsGround['lockForSignIn']
  readonly ofApps: ReturnType<typeof createPeopleOfApps>
  readonly forApplications: ReturnType<typeof createPeopleForApplications>
  readonly cookies: AccountsGround['cookies']
  readonly ofProviders: ReturnType<typeof createPeopleOfProviders>
  readonly keyOwners: ReturnType<typeof createKeyOwners>
  /** Whether a request comes from a browser whose session in the console goes on, by its cookie. */
  isSignedIn(header: (name: string) => string | undefined): Promise<boolean>
}

export type Governing = Deleting &
  Pick<AccountsGround, 'relationsOf' | 'countriesOf' | 'applicationsOf' | 'providersOffered'>

export async function createAccounts(
  given: Omit<
    AccountsGround,
    | 'browserCookie'
    | 'signedInCookie'
    | 'cookies'
    | 'issuerName'
    | 'linkTo'
    | 'lockForSignIn'
    | 'relationsOf'
    | 'countriesOf'
    | 'applicationsOf'
    | 'providersOffered'
    | 'relyingParty'
  >,
  settings: RelyingPartySettings,
): Promise<Accounts> {
  const { issuer } = settings
  let governing: Governing | undefined
  const governed = () => {
    if (!governing) throw new Error('nothing knows the devices of a person')
    return governing
  }
  // A colon would end the name (Key URI Format).
  const issuerName = `Latchkey ${new URL(issuer).hostname.replaceAll(/[[\]:]/g, ' ').trim()}`
  const ground: AccountsGround = {
    ...given,
    async lockForSignIn(tx, id, now) {
      const user = await lockForSignIn(tx, id, now)
      if (!user) return undefined
      return {
        ...user,
        asks: await askedOfSignIn(tx, user, now),
        asksMail: () => isCodeMailed(given, tx, user),
        limits: limitsOf(user),
      }
    },
    issuerName,
    relyingParty: relyingParty(settings, issuerName),
    cookies: createRefreshCookies(issuer),
    browserCookie: createBrowserCookie(issuer),
    signedInCookie: createSignedInCookie(issuer),
    linkTo: (invitation) => invitationLink(issuer, invitation),
    relationsOf: (subject) => governed().relationsOf(subject),
    countriesOf: (subject) => governed().countriesOf(subject),
    applicationsOf: (subject) => governed().applicationsOf(subject),
    providersOffered: () => governed().providersOffered(),
  }
  const { db, world } = ground
  await ensureUserTypes(ground)
  return {
    routes: serve(ground, [
      logIn,
      answerFactor,
      offerPasskeySignIn,
      logInByPasskey,
      enrolAtSignIn,
      refresh,
      verifyToken,
      logOut,
      readMe,
      changeMyPassword,
      readMyFactors,
      beginMyAuthenticator,
      confirmMyAuthenticator,
      removeMyAuthenticator,
      renewMyRecoveryCodes,
      forgetMyBrowsers,
      listMyPasskeys,
      offerMyPasskey,
      registerMyPasskey,
      renameMyPasskey,
      removeMyPasskey,
      passkeyOriginsRoute,
      listMySessions,
      endMySessionRoute,
      endMyOtherSessionsRoute,
      readMyAttributes,
      setMyAttributesRoute,
      downloadMyDataRoute,
      ...identityRoutes,
      listMyAddresses,
      addMyAddressRoute,
      sendMyProofRoute,
      makeMyAddressPrimaryRoute,
      removeMyAddressRoute,
      proveAddressRoute,
      requestRecoveryRoute,
      recoverRoute,
      listOpenTypes,
      requestRegistrationRoute,
      registerRoute,
      acceptInvitationRoute,
      listUsers,
      countUsers,
      createUserRoute,
      importUsers,
      actOnUsers,
      downloadUserData,
      readUser,
      updateUserRoute,
      inviteUser,
      disableUserRoute,
      enableUserRoute,
      deleteUserRoute,
      undeleteUserRoute,
      unlockUserRoute,
      actAsUser,
      readUserFactors,
      resetUserFactors,
      listUserSessions,
      endUserSession,
      endUserSessions,
      readUserAttributes,
      setUserAttributes,
      listUserAddresses,
      addUserAddress,
      sendUserProof,
      makeUserAddressPrimary,
      removeUserAddress,
      sendRecoveryRoute,
      resetUserRoute,
      listAttributes,
      addAttributeRoute,
      readAttribute,
      changeAttributeRoute,
      removeAttributeRoute,
      listUserTypes,
      createUserTypeRoute,
      readUserType,
      changeUserTypeRoute,
      removeUserTypeRoute,
      listUserPermissions,
      listGrants,
      createGrant,
      withdrawGrant,
      readFactorRule,
      setFactorRuleRoute,
      readSignInRuleRoute,
      setSignInRuleRoute,
      signInPage,
      signInByForm,
      answerFactorByForm,
      factorPage,
      signUpPage,
      askForAccount,
      registrationPage,
      registerByForm,
      invitationPage,
      takeUpInvitation,
      addressPage,
      confirmAddress,
      recoveryPage,
      askForRecovery,
      newPasswordPage,
      setNewPassword,
      noticePage,
      disownSignInRoute,
    ]),
    jobs: [
      ground.attempts.job,
      createGrantsJob(ground),
      createSearchJob(ground),
      createDeletionJob(ground, governed),
      factorsJob(ground),
      createActingJob(ground),
      overlongSessionsJob(ground),
      {
        name: 'addresses.sweep',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => sweepProofs(tx, world.now())),
      },
      { name: 'registration.answer', everyMs: 1_000, run: () => answerRegistrations(ground) },
      {
        name: 'registration.sweep',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => sweepRegistrations(tx, world.now())),
      },
      { name: 'recovery.answer', everyMs: 1_000, run: () => answerRequests(ground) },
      {
        name: 'recovery.sweep',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => sweepRecoveries(tx, world.now())),
      },
      { name: 'notices.look', everyMs: 5_000, run: () => lookAtSignIns(ground) },
      { name: 'notices.sweep', everyMs: 3_600_000, run: () => sweepNotices(ground) },
    ],
    async isSignedIn(header) {
      const token = ground.cookies.tokenOf('console', header)
      return token !== undefined && isLiveRefreshToken(db, token, world.now())
    },
    govern(given) {
      governing = given
    },
    async findUserId(username) {
      const user = await findUserByName(db, usernameKey(username))
      return user?.disabled_at === null ? user.id : undefined
    },
    async idsNamed(username) {
      const user = await findUserByName(db, usernameKey(username))
      return user ? [user.id] : []
    },
    lockForSignIn: ground.lockForSignIn,
    ofApps: createPeopleOfApps(ground),
    forApplications: createPeopleForApplications(ground),
    cookies: ground.cookies,
    ofProviders: createPeopleOfProviders(ground),
    keyOwners: createKeyOwners(ground),
    findUsername: async (id) => (await findUser(db, id))?.username,
    ...createHolders(ground),
  }
}
