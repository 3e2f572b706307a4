import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { authenticateClient } from '../clients/authenticate.ts'
import { clientParameters } from '../clients/presented.ts'
import type { OauthGround } from '../ground.ts'
import { introspect } from './introspect.ts'

const route = routesFor<OauthGround>()

export const introspectToken = route({
  id: 'introspectToken',
  method: 'POST',
  path: '/oauth/introspect',
  tag: 'standards',
  summary:
    'Whether a token is in force, and what it says (RFC 7662): for the service that it is meant for, and for the client that got it. To anybody else every token is not active.',
  access: 'public',
  errors: 'oauth',
  bodyType: 'form',
  body: v.object({
    ...clientParameters,
    token: v.pipe(v.string(), v.maxLength(16_384)),
    token_type_hint: v.optional(line(100)),
  }),
  answers: {
    200: {
      description: '`active`, and the claims of a token that is.',
      body: v.looseObject({ active: v.boolean(), token_type: v.optional(v.string()) }),
    },
  },
  refuses: ['client_invalid'],
  async handle(ground, { body, header, client }) {
    const given = { form: body, authorization: header('authorization') }
    const asker = await authenticateClient(ground, given, client)
    const told = await introspect(ground, asker, body.token)
    const { active } = told
    return ok(active ? { ...told.claims, active, token_type: told.token_type } : { active })
  },
})
