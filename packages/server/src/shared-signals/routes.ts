import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { line } from '../http/schema.ts'
import type { SignSet } from './carry.ts'
import { givenIn, requireSaid, streamGiven, streamSaid } from './given.ts'
import type { SignalsGround } from './ground.ts'
import { poll } from './poll.ts'
import { receiverOf } from './receiver.ts'
import { changeStatus } from './status.ts'
import { findStream, findStreams, type StreamRow, streamStatuses } from './store.ts'
import { changeStream, createStream, notFound, removeStream } from './streams.ts'
import { includeSubject } from './subjects.ts'
import { verifyStream } from './verify.ts'
import { configurationOf, statusOf, streamConfiguration, streamStatus } from './views.ts'

export interface ServedSignals extends SignalsGround {
  readonly signSet: SignSet
}

const route = routesFor<ServedSignals>()

/** For applications by a token for themselves, whose scope the verb looks at. */
const described = { tag: 'shared signals', access: { kinds: ['application'] } } as const
const streamId = line(64)
const ofOne = v.strictObject({ stream_id: streamId })
const one = (description: string) => ({ description, body: streamConfiguration })

async function existing(
  { db }: SignalsGround,
  { id: application }: { readonly id: string },
  id: string,
): Promise<StreamRow> {
  const row = await findStream(db, id)
  if (row?.application !== application) throw notFound()
  return row
}

export const createSsfStream = route({
  id: 'createSsfStream',
  method: 'POST',
  path: '/ssf/streams',
  ...described,
  summary:
    'Make a stream of shared signals (SSF 1.0 section 8.1.1.1): pushed to an address, or polled where nothing is said.',
  body: v.object({ ...streamGiven }),
  answers: { 201: one('The stream.') },
  refuses: ['permission_missing', 'stream_limit_reached'],
  async handle(ground, { actor, body }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    const row = await createStream(ground, actor, receiver, givenIn(body))
    return created(configurationOf(ground.issuer, row))
  },
})

export const readSsfStreams = route({
  id: 'readSsfStreams',
  method: 'GET',
  path: '/ssf/streams',
  ...described,
  summary: 'See the stream that is named, or all of the application (SSF 1.0 section 8.1.1.2).',
  query: v.strictObject({ stream_id: v.optional(streamId) }),
  answers: {
    200: {
      description: 'The stream, or a list of all.',
      body: v.union([streamConfiguration, v.array(streamConfiguration)]),
    },
  },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, query }) {
    const receiver = await receiverOf(ground, actor, 'ssf.read')
    const { issuer, db } = ground
    if (query.stream_id === undefined) {
      return ok((await findStreams(db, receiver.id)).map((row) => configurationOf(issuer, row)))
    }
    return ok(configurationOf(issuer, await existing(ground, receiver, query.stream_id)))
  },
})

const named = v.object({ stream_id: streamId, ...streamGiven, ...streamSaid })

export const changeSsfStream = route({
  id: 'changeSsfStream',
  method: 'PATCH',
  path: '/ssf/streams',
  ...described,
  summary: 'Change what is given of a stream (SSF 1.0 section 8.1.1.3).',
  body: named,
  answers: { 200: one('The stream, changed.') },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, body }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    requireSaid(ground, await existing(ground, receiver, body.stream_id), body)
    const row = await changeStream(ground, actor, receiver, body.stream_id, givenIn(body))
    return ok(configurationOf(ground.issuer, row))
  },
})

export const replaceSsfStream = route({
  id: 'replaceSsfStream',
  method: 'PUT',
  path: '/ssf/streams',
  ...described,
  summary: 'Replace a stream (SSF 1.0 section 8.1.1.4): what is not given is as in a new one.',
  body: named,
  answers: { 200: one('The stream, replaced.') },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, body }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    requireSaid(ground, await existing(ground, receiver, body.stream_id), body)
    const { requested = [], description = null, delivery = { method: 'poll' } as const } = givenIn(body)
    const given = { requested, description, delivery }
    const row = await changeStream(ground, actor, receiver, body.stream_id, given)
    return ok(configurationOf(ground.issuer, row))
  },
})

export const removeSsfStream = route({
  id: 'removeSsfStream',
  method: 'DELETE',
  path: '/ssf/streams',
  ...described,
  summary: 'Remove a stream with what waits for it (SSF 1.0 section 8.1.1.5).',
  query: ofOne,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, query }) {
    await removeStream(ground, actor, await receiverOf(ground, actor, 'ssf.manage'), query.stream_id)
    return done
  },
})

export const readSsfStatus = route({
  id: 'readSsfStatus',
  method: 'GET',
  path: '/ssf/status',
  ...described,
  summary: 'Whether a stream is enabled, paused or disabled (SSF 1.0 section 8.1.2.1).',
  query: ofOne,
  answers: { 200: { description: 'The status.', body: streamStatus } },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, query }) {
    const receiver = await receiverOf(ground, actor, 'ssf.read')
    return ok(statusOf(await existing(ground, receiver, query.stream_id)))
  },
})

export const changeSsfStatus = route({
  id: 'changeSsfStatus',
  method: 'POST',
  path: '/ssf/status',
  ...described,
  summary:
    'Enable, pause or disable a stream (SSF 1.0 section 8.1.2.2). What happens while it is paused waits; what happens while it is disabled is not kept.',
  body: v.object({
    ...{ stream_id: streamId, status: v.picklist(streamStatuses), reason: v.optional(line(200)) },
  }),
  answers: { 200: { description: 'The status.', body: streamStatus } },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, body: { stream_id: id, ...asked } }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    return ok(statusOf(await changeStatus(ground, actor, receiver, id, asked)))
  },
})

const subject = v.object({
  format: line(50),
  iss: v.optional(line(2_000)),
  sub: v.optional(line(300)),
})

export const addSsfSubject = route({
  id: 'addSsfSubject',
  method: 'POST',
  path: '/ssf/subjects/add',
  ...described,
  summary: 'Take a person into a stream again that was left out (SSF 1.0 section 8.1.3.2).',
  body: v.object({ stream_id: streamId, subject, verified: v.optional(v.boolean()) }),
  answers: {
    200: {
      description: 'The person is in it, if the application has to do with them.',
      body: v.strictObject({}),
    },
  },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, body }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    await includeSubject(ground, receiver, body.stream_id, body.subject, true)
    return ok({})
  },
})

export const removeSsfSubject = route({
  id: 'removeSsfSubject',
  method: 'POST',
  path: '/ssf/subjects/remove',
  ...described,
  summary: 'Leave a person out of a stream (SSF 1.0 section 8.1.3.3).',
  body: v.object({ stream_id: streamId, subject }),
  answers: { 204: { description: 'Left out.' } },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, body }) {
    const receiver = await receiverOf(ground, actor, 'ssf.manage')
    await includeSubject(ground, receiver, body.stream_id, body.subject, false)
    return done
  },
})

export const verifySsfStream = route({
  id: 'verifySsfStream',
  method: 'POST',
  path: '/ssf/verify',
  ...described,
  summary: 'Have an event sent that shows that a stream works (SSF 1.0 section 8.1.4.2).',
  body: v.object({ stream_id: streamId, state: v.optional(line(1_000)) }),
  answers: { 204: { description: 'It is sent.' } },
  refuses: ['permission_missing', 'stream_not_found', 'too_many_requests'],
  async handle(ground, { actor, body }) {
    await verifyStream(ground, await receiverOf(ground, actor, 'ssf.manage'), body.stream_id, body.state)
    return done
  },
})

const text = v.pipe(v.string(), v.maxLength(64))

export const pollSsfStream = route({
  id: 'pollSsfStream',
  method: 'POST',
  path: '/ssf/poll/{stream}',
  ...described,
  summary:
    'Fetch the security event tokens that wait, and say which have come (RFC 8936). It is answered at once, also with nothing.',
  params: v.strictObject({ stream: streamId }),
  body: v.object({
    maxEvents: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    returnImmediately: v.optional(v.boolean()),
    ack: v.optional(v.pipe(v.array(text), v.maxLength(500))),
    setErrs: v.optional(
      v.pipe(
        v.record(text, v.object({ err: line(50), description: v.optional(v.string()) })),
        v.maxEntries(100),
      ),
    ),
  }),
  answers: {
    200: {
      description: 'The tokens by their `jti`.',
      body: v.strictObject({ sets: v.record(v.string(), v.string()), moreAvailable: v.boolean() }),
    },
  },
  refuses: ['permission_missing', 'stream_not_found'],
  async handle(ground, { actor, params, body: { maxEvents, ack = [], setErrs = {} } }) {
    const receiver = await receiverOf(ground, actor, 'ssf.read')
    return ok(await poll(ground, ground.signSet, actor, receiver, params.stream, { maxEvents, ack, setErrs }))
  },
})
