import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { ifVersions } from '../../http/if-match.ts'
import { created, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import { permissionNames } from '../../permissions.ts'
import type { AccountsGround } from '../ground.ts'
import { findUserType, findUserTypes, type UserTypeRow } from './store.ts'
import { changeUserType, createUserType, removeUserType, userTypeName } from './user-types.ts'
import { userTypeView } from './views.ts'

const route = routesFor<AccountsGround>()
const slug = v.pipe(v.string(), v.regex(userTypeName))
const byName = v.strictObject({ name: line(64) })
const permissionList = v.array(v.picklist(permissionNames))

const answered = (description: string) => ({
  description,
  body: userTypeView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = (type: UserTypeRow) => ({ etag: `"${type.version}"` })

export const listUserTypes = route({
  id: 'listUserTypes',
  method: 'GET',
  path: '/v1/user-types',
  tag: 'accounts',
  summary: 'List the user types and what each permits.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  answers: { 200: { description: 'The types.', body: whole(userTypeView.schema) } },
  handle: async ({ db }) => ok({ items: (await findUserTypes(db)).map(userTypeView.show), next: null }),
})

export const createUserTypeRoute = route({
  id: 'createUserType',
  method: 'POST',
  path: '/v1/user-types',
  tag: 'accounts',
  summary: 'Create a user type.',
  access: { permission: 'user-types:write' },
  body: v.strictObject({
    name: slug,
    description: v.optional(line(200, 0), ''),
    permissions: permissionList,
  }),
  answers: { 201: answered('Created.') },
  refuses: ['user_type_exists', 'permission_missing'],
  async handle(ground, { body, actor }) {
    const type = await createUserType(ground, actor, body)
    return created(userTypeView.show(type), tagged(type))
  },
})

export const readUserType = route({
  id: 'readUserType',
  method: 'GET',
  path: '/v1/user-types/{name}',
  tag: 'accounts',
  summary: 'See a user type and what it permits.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byName,
  answers: { 200: answered('The type.') },
  refuses: ['user_type_not_found'],
  async handle({ db }, { params }) {
    const type = await findUserType(db, params.name)
    if (!type) throw new Refusal('user_type_not_found', 'there is no user type of this name')
    return ok(userTypeView.show(type), tagged(type))
  },
})

export const changeUserTypeRoute = route({
  id: 'changeUserType',
  method: 'PATCH',
  path: '/v1/user-types/{name}',
  tag: 'accounts',
  summary:
    'Change the name, the description or the permissions of a user type. Tokens with the old permissions are refused from then on; sessions go on. With If-Match, only the version that it names.',
  access: { permission: 'user-types:write' },
  params: byName,
  body: v.strictObject({
    name: v.optional(slug),
    description: v.optional(line(200, 0)),
    permissions: v.optional(permissionList),
  }),
  answers: { 200: answered('The type, changed.') },
  refuses: [
    'user_type_not_found',
    'user_type_exists',
    'user_type_privileged',
    'permission_missing',
    'last_administrator',
    'precondition_failed',
  ],
  async handle(ground, { params, body, actor, header }) {
    const type = await changeUserType(ground, actor, params.name, body, ifVersions(header('if-match')))
    return ok(userTypeView.show(type), tagged(type))
  },
})

export const removeUserTypeRoute = route({
  id: 'removeUserType',
  method: 'DELETE',
  path: '/v1/user-types/{name}',
  tag: 'accounts',
  summary:
    'Remove a user type. Its users get the type `replacement`; their sessions go on. With If-Match, only the version that it names.',
  access: { permission: 'user-types:write' },
  params: byName,
  query: v.strictObject({ replacement: v.optional(slug) }),
  answers: {
    200: {
      description: 'Removed; `moved` users have the replacement now.',
      body: v.strictObject({ moved: v.number() }),
    },
  },
  refuses: [
    'user_type_not_found',
    'user_type_unknown',
    'user_type_in_use',
    'permission_missing',
    'last_administrator',
    'precondition_failed',
  ],
  async handle(ground, { params, query, actor, header }) {
    const versions = ifVersions(header('if-match'))
    return ok(await removeUserType(ground, actor, params.name, query.replacement, versions))
  },
})
