import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import type { ServicesGround } from '../ground.ts'
import { existing } from '../held.ts'
import { dropSharedKey, rotateSharedKey } from './shared-keys.ts'
import { findSharedKeys } from './store.ts'
import { newSharedKeyView, sharedKeyView } from './views.ts'

const route = routesFor<ServicesGround>()
const byId = v.strictObject({ id: line(64) })

export const listSharedKeys = route({
  id: 'listSharedKeys',
  method: 'GET',
  path: '/v1/services/{id}/shared-keys',
  tag: 'services',
  summary: 'List the shared keys of a service, without their secrets.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The keys that are not over.', body: whole(sharedKeyView.schema) } },
  refuses: ['service_not_found'],
  async handle({ db, world }, { params }) {
    const { id } = await existing(db, params.id)
    const keys = await findSharedKeys(db, id, world.now())
    return ok({ items: keys.map(sharedKeyView.show), next: null })
  },
})

export const rotateSharedKeyRoute = route({
  id: 'rotateSharedKey',
  method: 'POST',
  path: '/v1/services/{id}/shared-keys',
  tag: 'services',
  summary:
    'Make a shared key for a service; its secret is shown this once. It signs after `starts_in_seconds`, at once if that is not given; the key before it is good for `overlap_seconds` more, a day if that is not given.',
  access: { permission: 'services:write' },
  params: byId,
  body: v.strictObject({
    starts_in_seconds: v.optional(v.number()),
    overlap_seconds: v.optional(v.number()),
  }),
  answers: { 201: { description: 'The key with its secret.', body: newSharedKeyView.schema } },
  refuses: ['service_not_found', 'permission_missing', 'profile_unsafe', 'key_limit_reached'],
  async handle(ground, { params, body, actor }) {
    const rotation = { startsInSeconds: body.starts_in_seconds, overlapSeconds: body.overlap_seconds }
    return created(newSharedKeyView.show(await rotateSharedKey(ground, actor, params.id, rotation)))
  },
})

export const dropSharedKeyRoute = route({
  id: 'dropSharedKey',
  method: 'DELETE',
  path: '/v1/services/{id}/shared-keys/{kid}',
  tag: 'services',
  summary:
    'Take a shared key away: nothing is signed by it any more. Services that hold it accept what it has signed until they take it away as well.',
  access: { permission: 'services:write' },
  params: v.strictObject({ ...byId.entries, kid: line(64) }),
  answers: { 204: { description: 'It is gone.' } },
  refuses: ['service_not_found', 'key_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await dropSharedKey(ground, actor, params.id, params.kid)
    return done
  },
})
