import { serve } from '../http/route.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Part } from '../part.ts'
import { createDocuments } from './clients/documents/documents.ts'
import { createClientKeys } from './clients/keys.ts'
import type { OauthGround } from './ground.ts'
import { authorizationServerMetadata, openidConfiguration } from './metadata/routes.ts'
import { requestToken } from './token/routes.ts'

/** What the part is given, and builds the rest of its ground upon. */
type Given = Omit<OauthGround, 'clientKeys'> & { readonly outbound: Outbound }

/** The authorization server: a folder an endpoint. */
export function createOauth(given: Given): Part {
  const documents = createDocuments(given)
  const ground: OauthGround = { ...given, clientKeys: createClientKeys(documents) }
  return {
    routes: serve(ground, [requestToken, authorizationServerMetadata, openidConfiguration]),
    jobs: [documents.job],
  }
}
