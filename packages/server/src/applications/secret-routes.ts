import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { line, moment, timestampOrNull, whole } from '../http/schema.ts'
import type { ApplicationsGround } from './ground.ts'
import { existingApplication } from './held.ts'
import { longestAddress } from './redirects.ts'
import { byId } from './routes.ts'
import { addSecret, endSecret, liveOf } from './secrets.ts'
import { findSecrets } from './store.ts'
import { secretView } from './views.ts'

const route = routesFor<ApplicationsGround>()

export const listApplicationSecrets = route({
  id: 'listApplicationSecrets',
  method: 'GET',
  path: '/v1/applications/{id}/secrets',
  tag: 'applications',
  summary: 'The live secrets of an application, with when each was used last. None of them can be read.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The secrets, the oldest first.', body: whole(secretView.schema) } },
  refuses: ['application_not_found'],
  async handle({ db, world }, { params: { id } }) {
    await existingApplication(db, id)
    return ok({ items: liveOf(await findSecrets(db, id), world.now()).map(secretView.show), next: null })
  },
})

export const addApplicationSecret = route({
  id: 'addApplicationSecret',
  method: 'POST',
  path: '/v1/applications/{id}/secrets',
  tag: 'applications',
  summary:
    'Give an application another secret, which is shown this once. Both work until the older one ends, in a day if nothing is said.',
  access: { permission: 'applications:write' },
  params: byId,
  body: v.strictObject({ older_ends_at: v.optional(moment) }),
  answers: {
    201: {
      description: 'The new secret, and when the one before ends; null where there was none.',
      body: v.strictObject({
        ...secretView.schema.entries,
        secret: v.string(),
        older_ends_at: v.nullable(v.string()),
      }),
    },
  },
  refuses: ['application_not_found', 'permission_missing', 'secret_limit_reached'],
  async handle(ground, { params, body, actor }) {
    const olderEndsAtMs = body.older_ends_at
    const { row, secret, older } = await addSecret(ground, actor, params.id, { olderEndsAtMs })
    const older_ends_at = timestampOrNull(older?.ends_at ?? null)
    return created({ ...secretView.show(row), secret, older_ends_at })
  },
})

export const endApplicationSecret = route({
  id: 'endApplicationSecret',
  method: 'DELETE',
  path: '/v1/applications/{id}/secrets/{secret}',
  tag: 'applications',
  summary: 'End a secret of an application at once.',
  access: { permission: 'applications:write' },
  params: v.strictObject({ id: line(longestAddress), secret: line(64) }),
  answers: { 204: { description: 'Ended.' } },
  refuses: ['application_not_found', 'permission_missing', 'secret_not_found'],
  async handle(ground, { params, actor }) {
    await endSecret(ground, actor, params.id, params.secret)
    return done
  },
})
