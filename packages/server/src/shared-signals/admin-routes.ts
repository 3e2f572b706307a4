import * as v from 'valibot'
import { byId } from '../applications/routes.ts'
import { done, ok, routesFor } from '../http/route.ts'
import { line, whole } from '../http/schema.ts'
import { endStream, pauseStream, streamsOf } from './administer.ts'
import type { SignalsGround } from './ground.ts'
import { streamView } from './views.ts'

const route = routesFor<SignalsGround>()
const byStream = v.strictObject({ ...byId.entries, stream: line(64) })

export const listApplicationStreams = route({
  id: 'listApplicationStreams',
  method: 'GET',
  path: '/v1/applications/{id}/streams',
  tag: 'applications',
  summary: 'The streams of shared signals that an application has made, and how many events wait for each.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The streams, the oldest first.', body: whole(streamView.schema) } },
  refuses: ['application_not_found'],
  handle: async (ground, { params: { id } }) =>
    ok({ items: (await streamsOf(ground, id)).map(streamView.show), next: null }),
})

export const pauseApplicationStream = route({
  id: 'pauseApplicationStream',
  method: 'POST',
  path: '/v1/applications/{id}/streams/{stream}/pause',
  tag: 'applications',
  summary: 'Pause a stream. Its receiver is told and cannot enable it; what happens meanwhile waits.',
  access: { permission: 'applications:write' },
  params: byStream,
  answers: { 200: { description: 'The stream, paused.', body: streamView.schema } },
  refuses: ['application_not_found', 'permission_missing', 'stream_not_found'],
  handle: async (ground, { params: { id, stream }, actor }) =>
    ok(streamView.show(await pauseStream(ground, actor, id, stream, true))),
})

export const resumeApplicationStream = route({
  id: 'resumeApplicationStream',
  method: 'POST',
  path: '/v1/applications/{id}/streams/{stream}/resume',
  tag: 'applications',
  summary: 'Let a stream go on: what waits is sent.',
  access: { permission: 'applications:write' },
  params: byStream,
  answers: { 200: { description: 'The stream, enabled.', body: streamView.schema } },
  refuses: ['application_not_found', 'permission_missing', 'stream_not_found'],
  handle: async (ground, { params: { id, stream }, actor }) =>
    ok(streamView.show(await pauseStream(ground, actor, id, stream, false))),
})

export const removeApplicationStream = route({
  id: 'removeApplicationStream',
  method: 'DELETE',
  path: '/v1/applications/{id}/streams/{stream}',
  tag: 'applications',
  summary: 'Remove a stream with what waits for it.',
  access: { permission: 'applications:write' },
  params: byStream,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['application_not_found', 'permission_missing', 'stream_not_found'],
  async handle(ground, { params: { id, stream }, actor }) {
    await endStream(ground, actor, id, stream)
    return done
  },
})
