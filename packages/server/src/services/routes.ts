import * as v from 'valibot'
import { ifVersions } from '../http/if-match.ts'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging } from '../http/schema.ts'
import { permissionNames } from '../permissions.ts'
import type { ServicesGround } from './ground.ts'
import { existing } from './held.ts'
import { audienceText, changeService, createService, disableService } from './registered.ts'
import { mostKnownScopes } from './scopes/words.ts'
import { findServices, type ServiceRow } from './store.ts'
import { profileBody, serviceView } from './views.ts'

const route = routesFor<ServicesGround>()
const byId = v.strictObject({ id: line(64) })

const given = {
  scopes: v.optional(v.array(v.picklist(permissionNames))),
  audience: v.optional(v.nullable(v.pipe(v.string(), v.regex(audienceText)))),
  known_scopes: v.optional(v.pipe(v.array(line(100)), v.maxLength(mostKnownScopes))),
  profile: v.optional(profileBody),
}

const answered = (description: string) => ({
  description,
  body: serviceView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = ({ version }: ServiceRow) => ({ etag: `"${version}"` })

export const listServices = route({
  id: 'listServices',
  method: 'GET',
  path: '/v1/services',
  tag: 'services',
  summary: 'List services.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of services.', body: page(serviceView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '' } }) {
    return ok(pageOf(await findServices(db, after, limit + 1), limit, (row) => row.id, serviceView.show))
  },
})

export const createServiceRoute = route({
  id: 'createService',
  method: 'POST',
  path: '/v1/services',
  tag: 'services',
  summary:
    'Register a service; its secret is shown this once. With an audience, people, services and devices get tokens for it.',
  access: { permission: 'services:write' },
  body: v.strictObject({ ...given, name: line(100) }),
  answers: {
    201: {
      description: 'Registered.',
      body: v.strictObject({ ...serviceView.schema.entries, secret: v.string() }),
    },
  },
  refuses: ['service_exists', 'profile_unsafe', 'permission_missing'],
  async handle(ground, { body, actor }) {
    const { known_scopes: knownScopes, scopes = [], ...same } = body
    const { service: row, secret } = await createService(ground, actor, { ...same, scopes, knownScopes })
    return created({ ...serviceView.show(row), secret }, tagged(row))
  },
})

export const readService = route({
  id: 'readService',
  method: 'GET',
  path: '/v1/services/{id}',
  tag: 'services',
  summary: 'See a service.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: answered('The service.') },
  refuses: ['service_not_found'],
  async handle({ db }, { params }) {
    const row = await existing(db, params.id)
    return ok(serviceView.show(row), tagged(row))
  },
})

export const changeServiceRoute = route({
  id: 'changeService',
  method: 'PATCH',
  path: '/v1/services/{id}',
  tag: 'services',
  summary:
    'Change a service. A scope that it knows no longer is taken from everybody who has it; a permission that it loses ends its tokens. With If-Match, only the version that it names.',
  access: { permission: 'services:write' },
  params: byId,
  body: v.strictObject({ ...given, name: v.optional(line(100)) }),
  answers: { 200: answered('The service, changed.') },
  refuses: [
    'service_not_found',
    'service_exists',
    'profile_unsafe',
    'permission_missing',
    'precondition_failed',
  ],
  async handle(ground, { params, body, actor, header }) {
    const { known_scopes: knownScopes, ...same } = body
    const change = { ...same, knownScopes }
    const row = await changeService(ground, actor, params.id, change, ifVersions(header('if-match')))
    return ok(serviceView.show(row), tagged(row))
  },
})

export const disableServiceRoute = route({
  id: 'disableService',
  method: 'POST',
  path: '/v1/services/{id}/disable',
  tag: 'services',
  summary:
    'Turn a service off; its tokens are refused everywhere within a second, and there are none for it any more.',
  access: { permission: 'services:write' },
  params: byId,
  answers: { 204: { description: 'Disabled.' } },
  refuses: ['service_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await disableService(ground, actor, params.id)
    return done
  },
})
