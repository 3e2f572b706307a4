import * as v from 'valibot'
import { ping } from '../database/ping.ts'
import { json, ok, routesFor } from '../http/route.ts'
import { timestampOrNull, view, whole } from '../http/schema.ts'
import type { JobState } from '../part.ts'
import type { OperationsGround } from './ground.ts'

const route = routesFor<OperationsGround>()
const fine = v.strictObject({ status: v.literal('ok') })
const well = { status: 'ok' } as const

export const health = route({
  id: 'health',
  method: 'GET',
  path: '/healthz',
  tag: 'operations',
  summary: 'Whether the process answers.',
  access: 'public',
  answers: { 200: { description: 'It does.', body: fine } },
  handle: async () => ok(well),
})

export const readiness = route({
  id: 'readiness',
  method: 'GET',
  path: '/readyz',
  tag: 'operations',
  summary: 'Whether the database answers, and takes what is to be stored.',
  access: 'public',
  answers: {
    200: { description: 'It does.', body: fine },
    503: { description: 'It does not.', body: v.strictObject({ status: v.string() }) },
  },
  async handle({ db, storageFailure }) {
    if (storageFailure() === 'full') return json(503, { status: 'there is no room to store anything' })
    try {
      await ping(db)
    } catch {
      return json(503, { status: 'the database does not answer' })
    }
    return storageFailure() === undefined ? ok(well) : json(503, { status: 'the database does not answer' })
  },
})

export const readTime = route({
  id: 'readTime',
  method: 'GET',
  path: '/v1/time',
  tag: 'operations',
  summary: 'The time of this server in milliseconds, for devices that lost theirs.',
  access: 'public',
  answers: { 200: { description: 'The time.', body: v.strictObject({ now: v.number() }) } },
  handle: async ({ world }) => ok({ now: world.now() }),
})

const job = view<JobState>()(
  {
    name: v.string(),
    every_ms: v.number(),
    last_run_at: v.nullable(v.string()),
    took_ms: v.nullable(v.number()),
    next_at: v.nullable(v.string()),
    last_error: v.nullable(v.string()),
  },
  (state) => ({
    name: state.name,
    every_ms: state.everyMs,
    last_run_at: timestampOrNull(state.lastRunAt),
    took_ms: state.tookMs,
    next_at: timestampOrNull(state.nextAt),
    last_error: state.lastError,
  }),
)

export const listJobs = route({
  id: 'listJobs',
  method: 'GET',
  path: '/v1/jobs',
  tag: 'operations',
  summary: 'What this process does unasked: when it last ran, how long it took, and whether it failed.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  answers: { 200: { description: 'The jobs.', body: whole(job.schema) } },
  handle: async ({ jobStates }) => ok({ items: jobStates().map(job.show), next: null }),
})
