import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import { clientParameters } from '../clients/presented.ts'
import type { OauthGround } from '../ground.ts'
import { revoke } from './revoke.ts'

const route = routesFor<OauthGround>()

export const revokeByClient = route({
  id: 'revokeByClient',
  method: 'POST',
  path: '/oauth/revoke',
  tag: 'standards',
  summary:
    'A client ends a token that it got (RFC 7009): a refresh token with its session, an access token alone. The answer is the same for a token that is unknown, or over.',
  access: 'public',
  errors: 'oauth',
  bodyType: 'form',
  body: v.object({
    ...clientParameters,
    token: v.pipe(v.string(), v.maxLength(16_384)),
    token_type_hint: v.optional(line(100)),
  }),
  answers: { 200: { description: 'It is over, if it was of this client.', body: v.strictObject({}) } },
  refuses: ['client_invalid'],
  async handle(ground, { body, header, client }) {
    const given = { form: body, authorization: header('authorization') }
    await revoke(ground, await authenticateClient(ground, given, client), body.token, client)
    return ok({})
  },
})
