import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { OauthGround } from '../ground.ts'
import { clientCredentialsOf } from './client-authentication.ts'
import { grantClientCredentials } from './client-credentials.ts'

const route = routesFor<OauthGround>()

export const requestToken = route({
  id: 'requestToken',
  method: 'POST',
  path: '/oauth/token',
  tag: 'standards',
  summary: 'The token endpoint (RFC 6749). Grants: client_credentials.',
  access: 'public',
  errors: 'oauth',
  proof: true,
  bodyType: 'form',
  // RFC 6749 section 3.2: parameters that are not known are ignored.
  body: v.object({
    grant_type: line(100),
    scope: v.optional(line(1000)),
    client_id: v.optional(line(100)),
    client_secret: v.optional(line(200)),
  }),
  answers: {
    200: {
      description: 'A token.',
      body: v.strictObject({
        access_token: v.string(),
        token_type: v.picklist(['Bearer', 'DPoP']),
        expires_in: v.number(),
        scope: v.string(),
      }),
    },
  },
  refuses: ['grant_unsupported', 'client_invalid', 'scope_invalid'],
  async handle(ground, { body, proof, header, client }) {
    if (body.grant_type !== 'client_credentials') {
      throw new Refusal('grant_unsupported', 'the grant that is supported here is client_credentials')
    }
    const credentials = clientCredentialsOf(header('authorization'), body)
    const issued = await grantClientCredentials(ground, credentials, { scope: body.scope, proof }, client)
    const { token, type, lifeSeconds, scope } = issued
    return ok(
      { access_token: token, token_type: type, expires_in: lifeSeconds, scope },
      { pragma: 'no-cache' },
    )
  },
})
