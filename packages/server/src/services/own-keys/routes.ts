import type { Jwk } from 'latchkey/token'
import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import type { ServedServices } from '../ground.ts'
import { existing } from '../held.ts'
import { findService, findServiceByName } from '../store.ts'
import {
  liveKeysOf,
  previewOwnRotation,
  revokeOwnKey,
  rotateOwnKeysIfFetched,
  shownKeysOf,
} from './own-keys.ts'
import { ownRotationView, serviceKeyView } from './views.ts'

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
    const { db, fetches } = ground
    const name = params.service.endsWith(suffix) ? params.service.slice(0, -suffix.length) : ''
    const service = (await findService(db, name)) ?? (await findServiceByName(db, name))
    const keys = service?.disabled_at === null ? await liveKeysOf(ground, db, service.id) : []
    if (!service || keys.length === 0) {
      throw new Refusal('service_not_found', 'no service of this name has keys of its own')
    }
    fetches.note(
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
    const keys = await shownKeysOf(ground, ground.db, id)
    return ok({ items: keys.map(serviceKeyView.show), next: null })
  },
})

export const rotateServiceKeys = route({
  id: 'rotateServiceKeys',
  method: 'POST',
  path: '/v1/services/{id}/keys/rotate',
  tag: 'services',
  summary:
    'Sign the tokens for a service by the next of its own keys from now on; the old one stays in its set until its last token has ended. Refused while somebody who verifies has not fetched the next key, unless `force` is set.',
  access: { permission: 'services:write' },
  params: byId,
  query: v.strictObject({ force: v.optional(v.picklist(['true', 'false'])) }),
  answers: { 200: { description: 'The keys that stand in its set.', body: whole(serviceKeyView.schema) } },
  refuses: [
    'service_not_found',
    'permission_missing',
    'profile_unsafe',
    'precondition_failed',
    'rotation_cuts_off',
  ],
  async handle(ground, { params, query, actor }) {
    const keys = await rotateOwnKeysIfFetched(ground, actor, params.id, query.force === 'true')
    return ok({ items: keys.map(serviceKeyView.show), next: null })
  },
})

export const previewServiceKeyRotation = route({
  id: 'previewServiceKeyRotation',
  method: 'GET',
  path: '/v1/services/{id}/keys/rotation',
  tag: 'services',
  summary:
    'What a rotation of the own keys of a service would mean now: who has fetched its set in the last seven days, and not the next key.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'Whom it would cut off.', body: ownRotationView.schema } },
  refuses: ['service_not_found'],
  async handle(ground, { params }) {
    return ok(ownRotationView.show(await previewOwnRotation(ground, params.id)))
  },
})

export const revokeServiceKeyRoute = route({
  id: 'revokeServiceKey',
  method: 'POST',
  path: '/v1/services/{id}/keys/{kid}/revoke',
  tag: 'services',
  summary:
    'End a key of a service’s own at once: it leaves the set of the service, and guards that follow its feed refuse what it has signed.',
  access: { permission: 'services:write' },
  params: v.strictObject({ ...byId.entries, kid: line(64) }),
  answers: { 200: { description: 'The keys of the service.', body: whole(serviceKeyView.schema) } },
  refuses: ['service_not_found', 'permission_missing', 'key_not_found'],
  async handle(ground, { params, actor }) {
    const keys = await revokeOwnKey(ground, actor, params.id, params.kid)
    return ok({ items: keys.map(serviceKeyView.show), next: null })
  },
})
