import * as v from 'valibot'
import type { Activity } from '../../activity/activity.ts'
import type { Database } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { proofAlgorithms } from '../../http/credentials.ts'
import { anyone, json, type Route, route } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { IssueToken } from '../../tokens/issue.ts'
import type { Proofs } from '../../tokens/proofs.ts'
import { clientCredentialsOf } from './client-authentication.ts'
import { grantClientCredentials } from './client-credentials.ts'

interface Parts {
  readonly db: Database
  readonly activity: Activity
  readonly issue: IssueToken
  readonly proofs: Proofs
  readonly issuer: string
}

export function oauthRoutes(parts: Parts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/oauth/token',
      tag: 'standards',
      summary: 'The token endpoint (RFC 6749). Grants: client_credentials.',
      access: anyone,
      errors: 'oauth',
      takesProof: true,
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
      async handle({ body, header, origin }) {
        if (body.grant_type !== 'client_credentials') {
          throw new Refusal('grant_unsupported', 'the grant that is supported here is client_credentials')
        }
        const credentials = clientCredentialsOf(header('authorization'), body)
        const asked = { scope: body.scope, proof: { text: header('dpop'), path: '/oauth/token' } }
        const issued = await grantClientCredentials(parts, credentials, asked, origin)
        return json(
          {
            access_token: issued.token,
            token_type: issued.type,
            expires_in: issued.lifeSeconds,
            scope: issued.scope,
          },
          200,
          { pragma: 'no-cache' },
        )
      },
    }),
    ...['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'].map((path) =>
      route({
        method: 'GET',
        path,
        tag: 'standards',
        summary: 'Where everything is (RFC 8414).',
        access: anyone,
        answers: { 200: { description: 'The metadata.' } },
        handle: async () => json(metadata(parts.issuer), 200, { 'cache-control': 'public, max-age=300' }),
      }),
    ),
  ]
}

/** Only what there is: a client that reads it must not be sent to an endpoint that does not exist. */
function metadata(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    dpop_signing_alg_values_supported: proofAlgorithms,
    latchkey_revocations_uri: `${issuer}/v1/revocations/stream`,
  }
}
