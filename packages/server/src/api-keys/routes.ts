import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { line, moment, whole } from '../http/schema.ts'
import { holds, isForKeys } from '../permissions.ts'
import { revokeKeyOf, revokeOwnKey } from './end.ts'
import type { ApiKeysGround } from './ground.ts'
import { createOwnKey, longestKeyName } from './make.ts'
import { toHaveKeys } from './standing.ts'
import { findApiKeysOf } from './store.ts'
import { apiKeyView, madeApiKeyView } from './views.ts'

const route = routesFor<ApiKeysGround>()
const byId = v.strictObject({ id: line(64) })

export const listMyApiKeys = route({
  id: 'listMyApiKeys',
  method: 'GET',
  path: '/v1/api-keys',
  tag: 'own account',
  summary: 'List one’s own API keys, newest first: those in force, and those that ended in the last 30 days.',
  access: { kinds: ['user'] },
  acting: true,
  answers: {
    200: {
      description:
        'The keys, without their text; and the scopes that a new one for this server may have: none for whoever may make no keys.',
      body: v.strictObject({ ...whole(apiKeyView.schema).entries, scopes: v.array(v.string()) }),
    },
  },
  async handle({ db }, { actor: { identity } }) {
    const items = (await findApiKeysOf(db, identity.subject)).map(apiKeyView.show)
    const scopes = holds(identity, toHaveKeys) ? [...identity.scopes].filter(isForKeys) : []
    // A key makes no keys: by itself this one is of no use.
    const useful = holds(identity, 'users:write') ? scopes : scopes.filter((scope) => scope !== toHaveKeys)
    return ok({ items, next: null, scopes: useful.sort() })
  },
})

export const createApiKey = route({
  id: 'createApiKey',
  method: 'POST',
  path: '/v1/api-keys',
  tag: 'own account',
  summary:
    'Make an API key for oneself, after a fresh sign-in: a token for this server or for a service, with scopes that one holds. It ends in 90 days if `expires_at` is not given, in 366 days at most, and with what it rests on. Its text is in this answer and nowhere else.',
  access: { permission: 'api-keys:write', kinds: ['user'] },
  body: v.strictObject({
    name: line(longestKeyName),
    scopes: v.pipe(v.array(line(200)), v.maxLength(200)),
    audience: v.optional(line(200)),
    expires_at: v.optional(moment),
  }),
  answers: { 201: { description: 'The key.', body: madeApiKeyView.schema } },
  refuses: [
    'insufficient_user_authentication',
    'kind_not_allowed',
    'permission_missing',
    'user_not_found',
    'account_disabled',
    'resource_unknown',
    'scope_invalid',
    'profile_unsafe',
    'key_limit_reached',
    'precondition_failed',
  ],
  async handle(ground, { actor, body: { name, scopes, audience, expires_at: endsAtMs } }) {
    const made = await createOwnKey(ground, actor, { name, scopes, audience, endsAtMs })
    return created(madeApiKeyView.show(made), { 'cache-control': 'no-store' })
  },
})

export const revokeMyApiKey = route({
  id: 'revokeMyApiKey',
  method: 'DELETE',
  path: '/v1/api-keys/{id}',
  tag: 'own account',
  summary:
    'Revoke an API key of one’s own, as somebody who has signed in, or by the key itself. Every verifier refuses it within a second.',
  access: { kinds: ['user', 'api_key'] },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'Revoked.' } },
  refuses: ['key_not_found', 'kind_not_allowed'],
  async handle(ground, { actor, params }) {
    await revokeOwnKey(ground, actor, params.id)
    return done
  },
})

export const listUserApiKeys = route({
  id: 'listUserApiKeys',
  method: 'GET',
  path: '/v1/users/{id}/api-keys',
  tag: 'accounts',
  summary: 'List the API keys of a user, newest first, as they see them.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The keys, without their text.', body: whole(apiKeyView.schema) } },
  async handle({ db }, { params }) {
    return ok({ items: (await findApiKeysOf(db, params.id)).map(apiKeyView.show), next: null })
  },
})

export const revokeUserApiKey = route({
  id: 'revokeUserApiKey',
  method: 'DELETE',
  path: '/v1/users/{id}/api-keys/{key}',
  tag: 'accounts',
  summary: 'Revoke an API key of a user. Every verifier refuses it within a second.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: v.strictObject({ id: line(64), key: line(64) }),
  answers: { 204: { description: 'Revoked.' } },
  refuses: ['user_not_found', 'permission_missing', 'key_not_found'],
  async handle(ground, { actor, params }) {
    await revokeKeyOf(ground, actor, params.id, params.key)
    return done
  },
})
