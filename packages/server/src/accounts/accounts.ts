import { createBrowserCookie, createRefreshCookies, createSignedInCookie } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { isLiveRefreshToken } from '../tokens/refresh.ts'
import { createActingJob } from './acting/act-as.ts'
import { sweepProofs } from './addresses/store.ts'
import { createDeletionJob, type Deleting } from './deletion/deletion.ts'
import { isCodeMailed } from './factors/mailed-code.ts'
import { askedOfSignIn } from './factors/rule.ts'
import { factorsJob } from './factors/sweep.ts'
import type { AccountsGround } from './ground.ts'
import { createPeopleOfProviders } from './identities/for-providers.ts'
import { invitationLink } from './invitations/invitations.ts'
import { lookAtSignIns, sweepNotices } from './notices/sign-ins.ts'
import { type RelyingPartySettings, relyingParty } from './passkeys/relying-party.ts'
import { createGrantsJob } from './permissions/grants.ts'
import { createHolders, type Holders } from './permissions/holders.ts'
import { answerRequests } from './recovery/recovery.ts'
import { sweepRecoveries } from './recovery/store.ts'
import { answerRegistrations } from './registration/request.ts'
import { sweepRegistrations } from './registration/store.ts'
import { accountRoutes } from './routes.ts'
import { createSearchJob } from './search/searchable.ts'
import { limitsOf, overlongSessionsJob } from './user-types/session-limits.ts'
import { ensureUserTypes } from './user-types/user-types.ts'
import { createPeopleForApplications } from './users/for-applications.ts'
import { createPeopleForApprovals } from './users/for-approvals.ts'
import { createKeyOwners } from './users/key-owners.ts'
import { createPeopleOfApps } from './users/of-apps.ts'
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
  readonly forApprovals: ReturnType<typeof createPeopleForApprovals>
  readonly cookies: AccountsGround['cookies']
  readonly ofProviders: ReturnType<typeof createPeopleOfProviders>
  readonly keyOwners: ReturnType<typeof createKeyOwners>
  /** Whether a request comes from a browser whose session in the console goes on, by its cookie. */
  isSignedIn(header: (name: string) => string | undefined): Promise<boolean>
}

export type Governing = Deleting &
  Pick<
    AccountsGround,
    'relationsOf' | 'approvalsOf' | 'appsOf' | 'countriesOf' | 'applicationsOf' | 'providersOffered'
  >

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
    | 'approvalsOf'
    | 'appsOf'
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
    approvalsOf: (subject) => governed().approvalsOf(subject),
    appsOf: (subject) => governed().appsOf(subject),
    countriesOf: (subject) => governed().countriesOf(subject),
    applicationsOf: (subject) => governed().applicationsOf(subject),
    providersOffered: () => governed().providersOffered(),
  }
  const { db, world } = ground
  await ensureUserTypes(ground)
  return {
    routes: serve(ground, accountRoutes),
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
    forApprovals: createPeopleForApprovals(ground),
    cookies: ground.cookies,
    ofProviders: createPeopleOfProviders(ground),
    keyOwners: createKeyOwners(ground),
    findUsername: async (id) => (await findUser(db, id))?.username,
    ...createHolders(ground),
  }
}
