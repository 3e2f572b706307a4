import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, timestampOrNull, view } from '../http/schema.ts'
import { permissionNames } from '../permissions.ts'
import type { ClientsGround } from './ground.ts'
import { createService, disableService } from './services.ts'
import { findServices, type ServiceRow } from './store.ts'

const route = routesFor<ClientsGround>()

const service = view<ServiceRow>()(
  {
    id: v.string(),
    name: v.string(),
    scope: v.string(),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
  },
  ({ id, name, scopes, created_at, disabled_at }) => ({
    id,
    name,
    scope: scopes.join(' '),
    created_at: timestamp(created_at),
    disabled_at: timestampOrNull(disabled_at),
  }),
)

export const listServices = route({
  id: 'listServices',
  method: 'GET',
  path: '/v1/services',
  tag: 'services',
  summary: 'List services.',
  access: { permission: 'services:read' },
  acting: true,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of services.', body: page(service.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '' } }) {
    return ok(pageOf(await findServices(db, after, limit + 1), limit, (row) => row.id, service.show))
  },
})

export const createServiceRoute = route({
  id: 'createService',
  method: 'POST',
  path: '/v1/services',
  tag: 'services',
  summary: 'Register a service; its secret is shown this once.',
  access: { permission: 'services:write' },
  body: v.strictObject({
    name: line(100),
    scopes: v.optional(v.array(v.picklist(permissionNames)), []),
  }),
  answers: {
    201: {
      description: 'Registered.',
      body: v.strictObject({ ...service.schema.entries, secret: v.string() }),
    },
  },
  refuses: ['service_exists', 'permission_missing'],
  async handle(ground, { body, actor }) {
    const { service: row, secret } = await createService(ground, actor, body)
    return created({ ...service.show(row), secret })
  },
})

export const disableServiceRoute = route({
  id: 'disableService',
  method: 'POST',
  path: '/v1/services/{id}/disable',
  tag: 'services',
  summary: 'Turn a service off; its tokens are refused everywhere within a second.',
  access: { permission: 'services:write' },
  params: v.strictObject({ id: line(64) }),
  answers: { 204: { description: 'Disabled.' } },
  refuses: ['service_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await disableService(ground, actor, params.id)
    return done
  },
})
