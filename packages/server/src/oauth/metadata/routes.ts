import * as v from 'valibot'
import { proofAlgorithms } from '../../http/credentials.ts'
import { ok, routesFor } from '../../http/route.ts'
import { methodMetadata } from '../clients/methods.ts'
import type { OauthGround } from '../ground.ts'
import { jwtBearer } from '../token/jwt-bearer.ts'

const route = routesFor<OauthGround>()

const metadata = v.strictObject({
  issuer: v.string(),
  token_endpoint: v.string(),
  jwks_uri: v.string(),
  grant_types_supported: v.array(v.string()),
  response_types_supported: v.array(v.string()),
  token_endpoint_auth_methods_supported: v.array(v.string()),
  token_endpoint_auth_signing_alg_values_supported: v.array(v.string()),
  dpop_signing_alg_values_supported: v.array(v.string()),
  latchkey_revocations_uri: v.string(),
})

/** Only what there is: a client that reads it must not be sent to an endpoint that does not exist. */
function metadataOf({ issuer }: OauthGround): v.InferOutput<typeof metadata> {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials', jwtBearer],
    response_types_supported: [],
    ...methodMetadata(),
    dpop_signing_alg_values_supported: [...proofAlgorithms],
    latchkey_revocations_uri: `${issuer}/v1/revocations/stream`,
  }
}

const mayBeKept = { 'cache-control': 'public, max-age=300' }

export const authorizationServerMetadata = route({
  id: 'authorizationServerMetadata',
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  tag: 'standards',
  summary: 'Where everything is (RFC 8414).',
  access: 'public',
  answers: { 200: { description: 'The metadata.', body: metadata } },
  handle: async (ground) => ok(metadataOf(ground), mayBeKept),
})

export const openidConfiguration = route({
  id: 'openidConfiguration',
  method: 'GET',
  path: '/.well-known/openid-configuration',
  tag: 'standards',
  summary: 'The same metadata, where clients of OpenID Connect look for it.',
  access: 'public',
  answers: { 200: { description: 'The metadata.', body: metadata } },
  handle: async (ground) => ok(metadataOf(ground), mayBeKept),
})
