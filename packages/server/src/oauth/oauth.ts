import type { Documents } from '../applications/documents/documents.ts'
import type { EndReason } from '../applications/ground.ts'
import type { Reader, Transaction } from '../database/database.ts'
import { createSignedInCookie } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Actor } from '../identity.ts'
import type { Part } from '../part.ts'
import type { NoteEndedSession } from '../tokens/ground.ts'
import {
  answerAuthorization,
  authorizeByForm,
  authorizeByLink,
  authorizeFurther,
} from './authorize/routes.ts'
import { deleteExpired } from './authorize/store.ts'
import { createClientKeys } from './clients/keys.ts'
import { endGrantsOf, letInBy } from './consents/consents.ts'
import {
  letIn,
  listApplicationPeople,
  listMyApplications,
  listUserApplications,
  withdrawMyConsent,
  withdrawUserConsent,
} from './consents/routes.ts'
import { deleteConsentsOf, findLetIn, forgetPerson } from './consents/store.ts'
import { answerDevice, devicePage, lookAtDevice } from './device/pages.ts'
import { authorizeDevice } from './device/routes.ts'
import { deleteExpiredDeviceCodes } from './device/store.ts'
import type { OauthGround } from './ground.ts'
import { createIdTokens } from './id-tokens/id-token.ts'
import { introspectToken } from './introspection/routes.ts'
import { carryLogouts, forgetQueues, queueLogout } from './logout/back-channel.ts'
import { confirmLogout, logOutByForm, logOutByLink } from './logout/routes.ts'
import { authorizationServerMetadata, openidConfiguration } from './metadata/routes.ts'
import { pushAuthorization } from './pushed/routes.ts'
import { revokeByClient } from './revocation/routes.ts'
import { requestToken } from './token/routes.ts'
import { readUserinfo, readUserinfoByForm } from './userinfo/routes.ts'

/** A code is remembered for so long after its end, so that one that was stolen is known when it comes. */
const codesKeptMs = 24 * 60 * 60_000

/** What the part is given, and builds the rest of its ground upon. */
type Given = Omit<OauthGround, 'clientKeys' | 'signedInCookie' | 'issueIdToken'> & {
  readonly documents: Documents
}

/** The authorization server: a folder an endpoint. */
export interface Oauth extends Part {
  readonly ground: OauthGround
  /** The applications that a person has let in, as they see them. */
  applicationsOf(userId: string): Promise<readonly object[]>
  /** Forget what people with these ids have let in. */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
  /** The applications that have to do with a person: they were let in, and not shut out again. */
  letInBy(reader: Reader, userId: string): Promise<readonly string[]>
  /** Have applications told that a session of theirs has ended. */
  noteEndedSession: NoteEndedSession
  /** End all that an application was let do, which is turned off or removed. */
  endGrants(tx: Transaction, actor: Actor, application: string, reason: EndReason): Promise<void>
}

export function createOauth(given: Given): Oauth {
  const ground: OauthGround = {
    ...given,
    clientKeys: createClientKeys(given.documents),
    signedInCookie: createSignedInCookie(given.issuer),
    issueIdToken: createIdTokens(given),
  }
  const { db, world } = ground
  carryLogouts(ground)
  return {
    ground,
    routes: serve(ground, [
      authorizeByLink,
      authorizeByForm,
      authorizeFurther,
      answerAuthorization,
      pushAuthorization,
      authorizeDevice,
      listMyApplications,
      listApplicationPeople,
      withdrawMyConsent,
      listUserApplications,
      withdrawUserConsent,
      devicePage,
      lookAtDevice,
      answerDevice,
      requestToken,
      introspectToken,
      revokeByClient,
      readUserinfo,
      readUserinfoByForm,
      logOutByLink,
      logOutByForm,
      confirmLogout,
      authorizationServerMetadata,
      openidConfiguration,
    ]),
    applicationsOf: async (userId) => (await letInBy(ground, db, userId)).map(letIn.show),
    async forget(tx, names) {
      for (const name of names) {
        await deleteConsentsOf(tx, name)
        await forgetPerson(tx, name)
      }
    },
    noteEndedSession: (tx, ended) => queueLogout(ground, tx, ended),
    letInBy: findLetIn,
    endGrants: (tx, actor, application, reason) => endGrantsOf(ground, tx, actor, { application, reason }),
    jobs: [
      {
        name: 'authorization.sweep',
        everyMs: 3_600_000,
        run: () =>
          db.transaction(async (tx) => {
            await deleteExpired(tx, world.now(), codesKeptMs)
            await deleteExpiredDeviceCodes(tx, world.now())
          }),
      },
      { name: 'logouts.sweep', everyMs: 3_600_000, run: () => forgetQueues(ground) },
    ],
  }
}
