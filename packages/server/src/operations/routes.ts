import * as v from 'valibot'
import { ping } from '../database/ping.ts'
import { json, ok, routesFor } from '../http/route.ts'
import { line, whole } from '../http/schema.ts'
import type { OperationsGround } from './ground.ts'
import { heardOfMs } from './heard-of.ts'
import { workView } from './views.ts'

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

export const listJobs = route({
  id: 'listJobs',
  method: 'GET',
  path: '/v1/jobs',
  tag: 'operations',
  summary:
    'What every process does unasked: when it last ran, how long it took, when it runs next, and whether it failed.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  answers: { 200: { description: 'The jobs of all processes.', body: whole(workView.schema) } },
  async handle({ work, world }) {
    return ok({ items: (await work.all(world.now() - heardOfMs)).map(workView.show), next: null })
  },
})

export const runJob = route({
  id: 'runJob',
  method: 'POST',
  path: '/v1/jobs/{name}/run',
  tag: 'operations',
  summary: 'Run a job now, at the process that is asked, and answer when it has ended.',
  access: { permission: 'jobs:run' },
  apiKeys: true,
  params: v.strictObject({ name: line(64) }),
  answers: { 200: { description: 'How it went.', body: workView.schema } },
  refuses: ['job_not_found', 'job_running'],
  handle: async ({ work }, { actor, params }) => ok(workView.show(await work.run(actor, params.name))),
})
