import type { RouteFor } from '../http/route.ts'
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
import { deleteUserRoute, undeleteUserRoute } from './deletion/routes.ts'
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
import type { AccountsGround } from './ground.ts'
import { identityRoutes } from './identities/routes.ts'
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
import {
  listMyPasskeys,
  offerMyPasskey,
  passkeyOriginsRoute,
  registerMyPasskey,
  removeMyPasskey,
  renameMyPasskey,
} from './passkeys/routes.ts'
import { createGrant, listGrants, listUserPermissions, withdrawGrant } from './permissions/routes.ts'
import { askForRecovery, newPasswordPage, recoveryPage, setNewPassword } from './recovery/pages.ts'
import { recoverRoute, requestRecoveryRoute, resetUserRoute, sendRecoveryRoute } from './recovery/routes.ts'
import { askForAccount, registerByForm, registrationPage, signUpPage } from './registration/pages.ts'
import { listOpenTypes, registerRoute, requestRegistrationRoute } from './registration/routes.ts'
import { countUsers, listUsers } from './search/routes.ts'
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
import { readSignInRuleRoute, setSignInRuleRoute } from './user-types/sign-in-routes.ts'
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

/** The routes of people, by noun. */
export const accountRoutes: readonly RouteFor<AccountsGround>[] = [
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
]
