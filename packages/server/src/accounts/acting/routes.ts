import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { actAs } from './act-as.ts'

const route = routesFor<AccountsGround>()

export const actAsUser = route({
  id: 'actAsUser',
  method: 'POST',
  path: '/v1/users/{id}/act-as',
  tag: 'accounts',
  summary:
    'A token by which one acts as a user who may no more than oneself, after a fresh sign-in. It names both, is not refreshed, is bound to the key of the caller’s token if that is, and cannot change what the user signs in with.',
  access: { permission: 'users:act-as', kinds: ['user'] },
  params: v.strictObject({ id: line(64) }),
  body: v.strictObject({ reason: line(200) }),
  answers: {
    200: {
      description: 'The token, and what it permits.',
      body: v.strictObject({
        access_token: v.string(),
        token_type: v.picklist(['Bearer', 'DPoP']),
        expires_in: v.number(),
        session_id: v.string(),
        user: v.strictObject({ id: v.string(), username: v.string() }),
        permissions: v.array(v.string()),
      }),
    },
  },
  refuses: ['user_not_found', 'account_disabled', 'permission_missing', 'insufficient_user_authentication'],
  async handle(ground, { actor, params, body }) {
    const { person, sessionId, access, scopes } = await actAs(ground, actor, params.id, body.reason)
    return ok({
      access_token: access.token,
      token_type: access.type,
      expires_in: access.lifeSeconds,
      session_id: sessionId,
      user: { id: person.id, username: person.username },
      permissions: scopes,
    })
  },
})
