import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, moment, whole } from '../../http/schema.ts'
import { permissionNames } from '../../permissions.ts'
import type { AccountsGround } from '../ground.ts'
import { requireUser } from '../users/require-user.ts'
import { findUsernames } from '../users/store.ts'
import { grant, withdraw } from './grants.ts'
import { makersOf, permissionsAt } from './permissions.ts'
import { grantView, permissionsView } from './views.ts'

const route = routesFor<AccountsGround>()
const byId = v.strictObject({ id: line(64) })

export const listUserPermissions = route({
  id: 'listUserPermissions',
  method: 'GET',
  path: '/v1/users/{id}/permissions',
  tag: 'accounts',
  summary:
    'What a user may do, and the rules that gave or denied it: now, or at a past moment as the log tells. Where the log does not go back that far, `known` is false.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  query: v.strictObject({ at: v.optional(moment) }),
  answers: {
    200: {
      description: 'The permissions.',
      body: permissionsView.schema,
    },
  },
  refuses: ['user_not_found'],
  async handle(ground, { params, query }) {
    return ok(permissionsView.show(await permissionsAt(ground, params.id, query.at)))
  },
})

export const listGrants = route({
  id: 'listGrants',
  method: 'GET',
  path: '/v1/users/{id}/grants',
  tag: 'accounts',
  summary: 'List what a user is granted and denied beside their type.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'Those that are not over.', body: whole(grantView.schema) } },
  refuses: ['user_not_found'],
  async handle({ db, world }, { params }) {
    const user = await requireUser(db, params.id)
    const live = user.grants.filter(({ until }) => until === null || until > world.now())
    const names = await findUsernames(db, makersOf(live))
    return ok({ items: live.map((one) => grantView.show([one, names])), next: null })
  },
})

export const createGrant = route({
  id: 'createGrant',
  method: 'POST',
  path: '/v1/users/{id}/grants',
  tag: 'accounts',
  summary:
    'Grant a user a permission beside their type, or deny them one, until a moment or for good. Tokens with the old permissions are refused from then on; sessions go on.',
  access: { permission: 'users:write' },
  params: byId,
  body: v.strictObject({
    kind: v.picklist(['grant', 'denial']),
    permission: v.picklist(permissionNames),
    reason: line(200),
    until: v.optional(v.nullable(moment), null),
  }),
  answers: { 201: { description: 'In force.', body: grantView.schema } },
  refuses: ['user_not_found', 'permission_missing', 'grant_exists', 'last_administrator'],
  async handle(ground, { params, body, actor }) {
    const row = await grant(ground, actor, params.id, body)
    return created(grantView.show([row, await findUsernames(ground.db, makersOf([row]))]))
  },
})

export const withdrawGrant = route({
  id: 'withdrawGrant',
  method: 'DELETE',
  path: '/v1/users/{id}/grants/{grant}',
  tag: 'accounts',
  summary: 'Take a grant or a denial back before its end.',
  access: { permission: 'users:write' },
  params: v.strictObject({ id: line(64), grant: line(64) }),
  answers: { 204: { description: 'Withdrawn.' } },
  refuses: ['user_not_found', 'permission_missing', 'grant_not_found', 'last_administrator'],
  async handle(ground, { params, actor }) {
    await withdraw(ground, actor, params.id, params.grant)
    return done
  },
})
