import type { Jwk } from 'latchkey/token'
import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import type { ServedServices } from '../ground.ts'
import { existing } from '../held.ts'
import { findService, findServiceByName } from '../store.ts'
import { liveKeysOf, rotateOwnKeys } from './own-keys.ts'
import { serviceKeyView } from './views.ts'

const route = routesFor<ServedServices>()
const byId = v.strictObject({ id: line(64) })

/** Text that does not end so names no file of ours. */
const suffix = '.json'

export const readServiceKeySet = route({
  id: 'readServiceKeySet',
  method: 'GET',
  path: '/.well-known/jwks/{service}',
  tag: 'standards',
  summary:
    'The key set of a service that has keys of its own (RFC 7517): its id or its name, and `.json` behind it. They are in no other set.',
  access: 'public',
  params: v.strictObject({ service: line(110) }),
  answers: {
    200: {
      description: 'The key set.',
      body: v.object({ keys: v.array(v.record(v.string(), v.unknown())) }),
    },
  },
  refuses: ['service_not_found'],
  async handle(ground, { params, client }) {
    const { db, noteFetch } = ground
    const name = params.service.endsWith(suffix) ? params.service.slice(0, -suffix.length) : ''
    const service = (await findService(db, name)) ?? (await findServiceByName(db, name))
    const keys = service?.disabled_at === null ? await liveKeysOf(ground, db, service.id) : []
    if (!service || keys.length === 0) {
      throw new Refusal('service_not_found', 'no service of this name has keys of its own')
    }
    noteFetch(
      service.id,
      client,
      keys.map(({ kid }) => kid),
    )
    return ok(
      { keys: keys.map(({ public_jwk }) => JSON.parse(public_jwk) as Jwk) },
      { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' },
    )
  },
})

export const listServiceKeys = route({
  id: 'listServiceKeys',
  method: 'GET',
  path: '/v1/services/{id}/keys',
  tag: 'services',
  summary: 'List the keys of a service’s own, without their private halves.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The keys that stand in its set.', body: whole(serviceKeyView.schema) } },
  refuses: ['service_not_found'],
  async handle(ground, { params }) {
    const { id } = await existing(ground.db, params.id)
    const keys = await liveKeysOf(ground, ground.db, id)
    return ok({ items: keys.map(serviceKeyView.show), next: null })
  },
})

export const rotateServiceKeys = route({
  id: 'rotateServiceKeys',
  method: 'POST',
  path: '/v1/services/{id}/keys/rotate',
  tag: 'services',
  summary:
    'Sign the tokens for a service by the next of its own keys from now on; the old one stays in its set until its last token has ended.',
  access: { permission: 'services:write' },
  params: byId,
  answers: { 200: { description: 'The keys that stand in its set.', body: whole(serviceKeyView.schema) } },
  refuses: ['service_not_found', 'permission_missing', 'profile_unsafe', 'precondition_failed'],
  async handle(ground, { params, actor }) {
    const keys = await rotateOwnKeys(ground, actor, params.id)
    return ok({ items: keys.map(serviceKeyView.show), next: null })
  },
})
