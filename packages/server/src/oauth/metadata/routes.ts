import * as v from 'valibot'
import { detailTypes } from '../../authorization-details.ts'
import { proofAlgorithms } from '../../http/credentials.ts'
import { ok, routesFor } from '../../http/route.ts'
import { oneFactor, twoFactors } from '../../sessions/contexts.ts'
import { prompts } from '../authorize/request.ts'
import { methodMetadata } from '../clients/methods.ts'
import type { OauthGround } from '../ground.ts'
import { identityScopes } from '../scopes.ts'
import { grantTypes } from '../token/grants.ts'

const route = routesFor<OauthGround>()

const texts = v.array(v.string())
const metadata = v.strictObject({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  pushed_authorization_request_endpoint: v.string(),
  introspection_endpoint: v.string(),
  revocation_endpoint: v.string(),
  device_authorization_endpoint: v.string(),
  userinfo_endpoint: v.string(),
  end_session_endpoint: v.string(),
  jwks_uri: v.string(),
  registration_endpoint: v.optional(v.string()),
  client_id_metadata_document_supported: v.optional(v.literal(true)),
  scopes_supported: texts,
  response_types_supported: texts,
  response_modes_supported: texts,
  grant_types_supported: texts,
  subject_types_supported: texts,
  id_token_signing_alg_values_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_methods_supported: texts,
  code_challenge_methods_supported: texts,
  dpop_signing_alg_values_supported: texts,
  prompt_values_supported: texts,
  acr_values_supported: texts,
  authorization_details_types_supported: texts,
  claims_supported: texts,
  ui_locales_supported: texts,
  claims_parameter_supported: v.literal(true),
  request_parameter_supported: v.literal(false),
  request_uri_parameter_supported: v.literal(false),
  authorization_response_iss_parameter_supported: v.literal(true),
  backchannel_logout_supported: v.literal(true),
  backchannel_logout_session_supported: v.literal(true),
  frontchannel_logout_supported: v.literal(true),
  frontchannel_logout_session_supported: v.literal(true),
  latchkey_revocations_uri: v.string(),
})

/** Only what there is: a client that reads it must not be sent to an endpoint that does not exist. */
function metadataOf({
  issuer,
  ring,
  registrationEndpoint,
  hasClientDocuments,
}: OauthGround): v.InferOutput<typeof metadata> {
  const methods = methodMetadata().token_endpoint_auth_methods_supported
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    end_session_endpoint: `${issuer}/oauth/logout`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    ...(registrationEndpoint !== undefined && { registration_endpoint: registrationEndpoint }),
    ...(hasClientDocuments && { client_id_metadata_document_supported: true }),
    scopes_supported: [...identityScopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [...grantTypes],
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: [ring.algorithm],
    ...methodMetadata(),
    introspection_endpoint_auth_methods_supported: methods.filter((method) => method !== 'none'),
    revocation_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: [...proofAlgorithms],
    prompt_values_supported: [...prompts],
    acr_values_supported: [oneFactor, twoFactors],
    authorization_details_types_supported: [...detailTypes],
    claims_supported: [
      ...['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid', 'at_hash'],
      ...['name', 'preferred_username', 'email', 'email_verified'],
    ],
    ui_locales_supported: ['en', 'zh-Hant'],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
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
