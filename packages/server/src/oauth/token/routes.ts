import * as v from 'valibot'
import { detailSchema, longestDetails, shownDetail } from '../../authorization-details.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { clientParameters } from '../clients/presented.ts'
import type { OauthGround } from '../ground.ts'
import { granted } from './grants.ts'

const route = routesFor<OauthGround>()

export const requestToken = route({
  id: 'requestToken',
  method: 'POST',
  path: '/oauth/token',
  tag: 'standards',
  summary:
    'The token endpoint (RFC 6749). Applications use the grants authorization_code, refresh_token and device_code (RFC 8628). Services use client_credentials. With token-exchange (RFC 8693) a service gets a token to act for a person at another service, and an application gets a token that may do less. With jwt-bearer (RFC 7523) a device gets a token for a service, and an app of another company signs a person in (see `/oauth/nonce`). With `resource` (RFC 8707), the token is for the service with that audience.',
  access: 'public',
  errors: 'oauth',
  proof: true,
  bodyType: 'form',
  // RFC 6749 section 3.2: parameters that are not known are ignored.
  body: v.object({
    grant_type: line(100),
    scope: v.optional(line(2000)),
    ...clientParameters,
    resource: v.optional(line(200)),
    code: v.optional(line(128)),
    redirect_uri: v.optional(line(2048)),
    code_verifier: v.optional(line(128)),
    refresh_token: v.optional(line(128)),
    device_code: v.optional(line(128)),
    authorization_details: v.optional(v.pipe(v.string(), v.maxLength(longestDetails))),
    device_id: v.optional(line(200)),
    subject_token: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
    subject_token_type: v.optional(line(100)),
    requested_token_type: v.optional(line(100)),
    actor_token: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
    actor_token_type: v.optional(line(100)),
    audience: v.optional(line(200)),
    assertion: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
  }),
  answers: {
    200: {
      description: 'A token.',
      body: v.strictObject({
        access_token: v.string(),
        token_type: v.picklist(['Bearer', 'DPoP']),
        expires_in: v.number(),
        scope: v.string(),
        refresh_token: v.optional(v.string()),
        id_token: v.optional(v.string()),
        session_id: v.optional(v.string()),
        issued_token_type: v.optional(v.string()),
        authorization_details: v.optional(v.array(detailSchema)),
      }),
    },
  },
  refuses: [
    'grant_unsupported',
    'grant_not_allowed',
    'client_invalid',
    'code_invalid',
    'refresh_invalid',
    'refresh_reused',
    'assertion_invalid',
    'subject_token_invalid',
    'resource_unknown',
    'scope_invalid',
    'details_invalid',
  ],
  async handle(ground, { body: form, proof, header, client }) {
    const request = { scope: form.scope, resource: form.resource, deviceId: form.device_id, proof }
    const authorization = header('authorization')
    const { token, type, lifeSeconds, scope, session, idToken, details, issuedTokenType } = await granted(
      ground,
      {
        ...{ form, request, authorization, client },
      },
    )
    return ok(
      {
        ...{ access_token: token, token_type: type, expires_in: lifeSeconds, scope },
        ...(session?.refreshToken !== undefined && { refresh_token: session.refreshToken }),
        ...(issuedTokenType !== undefined && { issued_token_type: issuedTokenType }),
        ...(idToken !== undefined && { id_token: idToken }),
        ...(session && { session_id: session.id }),
        // RFC 9396 section 7: what was granted, which may be less than was asked for.
        ...(details !== undefined && { authorization_details: details.map(shownDetail) }),
      },
      { pragma: 'no-cache' },
    )
  },
})
