import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { OauthGround } from './ground.ts'
import { authorizationServerMetadata, openidConfiguration } from './metadata/routes.ts'
import { requestToken } from './token/routes.ts'

/** The authorization server: a folder an endpoint. */
export function createOauth(ground: OauthGround): Part {
  return {
    routes: serve(ground, [requestToken, authorizationServerMetadata, openidConfiguration]),
    jobs: [],
  }
}
