import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import type { ServicesGround } from '../ground.ts'
import { existing } from '../held.ts'
import { giveScope, takeScope } from './scopes.ts'
import { findScopeHolders, holderKinds } from './store.ts'
import { scopeHolderView } from './views.ts'

const route = routesFor<ServicesGround>()
const byId = v.strictObject({ id: line(64) })

const named = v.strictObject({
  scope: line(100),
  holder_kind: v.picklist(holderKinds),
  holder: v.optional(line(64)),
})

export const listScopeHolders = route({
  id: 'listScopeHolders',
  method: 'GET',
  path: '/v1/services/{id}/scopes',
  tag: 'services',
  summary: 'List who has which of the scopes of a service’s own.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'Who has what.', body: whole(scopeHolderView.schema) } },
  refuses: ['service_not_found'],
  async handle({ db }, { params }) {
    const { id } = await existing(db, params.id)
    return ok({ items: (await findScopeHolders(db, id)).map(scopeHolderView.show), next: null })
  },
})

export const giveScopeRoute = route({
  id: 'giveScope',
  method: 'POST',
  path: '/v1/services/{id}/scopes',
  tag: 'services',
  summary:
    'Give a scope of a service’s own to the people of a user type, to another service, or to all devices. What is permitted here is given by user types and `scopes` of services.',
  access: { permission: 'services:write' },
  params: byId,
  body: named,
  answers: { 201: { description: 'They have it.', body: scopeHolderView.schema } },
  refuses: ['service_not_found', 'user_type_unknown', 'scope_invalid', 'permission_missing'],
  async handle(ground, { params, body, actor }) {
    const holder = { kind: body.holder_kind, name: body.holder ?? '' }
    return created(scopeHolderView.show(await giveScope(ground, actor, params.id, body.scope, holder)))
  },
})

export const takeScopeRoute = route({
  id: 'takeScope',
  method: 'DELETE',
  path: '/v1/services/{id}/scopes',
  tag: 'services',
  summary:
    'Take a scope back. Tokens for the service are refused everywhere within a second; whoever still has scopes of it gets another one. API keys that have it end.',
  access: { permission: 'services:write' },
  params: byId,
  query: named,
  answers: { 204: { description: 'They have it no longer.' } },
  refuses: ['service_not_found', 'grant_not_found', 'permission_missing'],
  async handle(ground, { params, query, actor }) {
    const holder = { kind: query.holder_kind, name: query.holder ?? '' }
    await takeScope(ground, actor, params.id, query.scope, holder)
    return done
  },
})
