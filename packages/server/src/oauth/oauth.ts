import type { Documents } from '../applications/documents/documents.ts'
import { createSignedInCookie } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import {
  answerAuthorization,
  authorizeByForm,
  authorizeByLink,
  authorizeFurther,
} from './authorize/routes.ts'
import { deleteExpired } from './authorize/store.ts'
import { createClientKeys } from './clients/keys.ts'
import { answerDevice, devicePage, lookAtDevice } from './device/pages.ts'
import { authorizeDevice } from './device/routes.ts'
import { deleteExpiredDeviceCodes } from './device/store.ts'
import type { OauthGround } from './ground.ts'
import { introspectToken } from './introspection/routes.ts'
import { confirmLogout, logOutByForm, logOutByLink } from './logout/routes.ts'
import { authorizationServerMetadata, openidConfiguration } from './metadata/routes.ts'
import { pushAuthorization } from './pushed/routes.ts'
import { revokeByClient } from './revocation/routes.ts'
import { requestToken } from './token/routes.ts'
import { readUserinfo, readUserinfoByForm } from './userinfo/routes.ts'

/** A code is remembered for so long after its end, so that one that was stolen is known when it comes. */
const codesKeptMs = 24 * 60 * 60_000

/** What the part is given, and builds the rest of its ground upon. */
type Given = Omit<OauthGround, 'clientKeys' | 'signedInCookie'> & { readonly documents: Documents }

/** The authorization server: a folder an endpoint. */
export function createOauth(given: Given): Part {
  const ground: OauthGround = {
    ...given,
    clientKeys: createClientKeys(given.documents),
    signedInCookie: createSignedInCookie(given.issuer),
  }
  const { db, world } = ground
  return {
    routes: serve(ground, [
      authorizeByLink,
      authorizeByForm,
      authorizeFurther,
      answerAuthorization,
      pushAuthorization,
      authorizeDevice,
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
    ],
  }
}
