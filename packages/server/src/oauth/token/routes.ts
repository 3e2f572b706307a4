import * as v from 'valibot'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { type ClientRequest, clientParameters } from '../clients/presented.ts'
import type { OauthGround } from '../ground.ts'
import { type Granted, grantClientCredentials, type TokenRequest } from './client-credentials.ts'
import { grantByAssertion, jwtBearer } from './jwt-bearer.ts'

const route = routesFor<OauthGround>()

export const requestToken = route({
  id: 'requestToken',
  method: 'POST',
  path: '/oauth/token',
  tag: 'standards',
  summary:
    'The token endpoint (RFC 6749). Grants: client_credentials, and jwt-bearer (RFC 7523) by which a device gets a token for a service, and a person a session whom an app of another company signs in (see `/oauth/nonce`). With `resource` (RFC 8707), the token is for the service with that audience.',
  access: 'public',
  errors: 'oauth',
  proof: true,
  bodyType: 'form',
  // RFC 6749 section 3.2: parameters that are not known are ignored.
  body: v.object({
    grant_type: line(100),
    scope: v.optional(line(1000)),
    ...clientParameters,
    resource: v.optional(line(200)),
    device_id: v.optional(line(200)),
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
        session_id: v.optional(v.string()),
      }),
    },
  },
  refuses: ['grant_unsupported', 'client_invalid', 'assertion_invalid', 'resource_unknown', 'scope_invalid'],
  async handle(ground, { body, proof, header, client }) {
    const request = { scope: body.scope, resource: body.resource, deviceId: body.device_id, proof }
    const { token, type, lifeSeconds, scope, session } = await granted(ground, body, request, {
      authorization: header('authorization'),
      client,
    })
    return ok(
      {
        ...{ access_token: token, token_type: type, expires_in: lifeSeconds, scope },
        ...(session && { refresh_token: session.refreshToken, session_id: session.id }),
      },
      { pragma: 'no-cache' },
    )
  },
})

async function granted(
  ground: OauthGround,
  form: ClientRequest['form'] & { grant_type: string; assertion?: string | undefined },
  request: TokenRequest,
  { authorization, client }: { authorization: string | undefined; client: ClientInfo },
): Promise<Granted> {
  switch (form.grant_type) {
    case 'client_credentials':
      return grantClientCredentials(ground, { form, authorization }, request, client)
    case jwtBearer:
      return grantByAssertion(ground, form.assertion, request, client)
    default:
      throw new Refusal('grant_unsupported', `the grants here are client_credentials and ${jwtBearer}`)
  }
}
