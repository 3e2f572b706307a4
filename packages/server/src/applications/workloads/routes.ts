import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import type { ApplicationsGround } from '../ground.ts'
import { existingApplication } from '../held.ts'
import { longestAddress } from '../redirects.ts'
import { findWorkloads, type WorkloadRow } from './store.ts'
import { distrustWorkload, type NewWorkload, trustWorkload } from './workloads.ts'

const route = routesFor<ApplicationsGround>()

export const workloadView = view<WorkloadRow>()(
  {
    id: v.string(),
    issuer: v.string(),
    subject: v.string(),
    audience: v.string(),
    reuse: v.picklist(['once', 'life']),
    created_at: v.string(),
    last_used_at: v.nullable(v.string()),
  },
  (row) => ({
    ...{ id: row.id, issuer: row.issuer, subject: row.subject, audience: row.audience, reuse: row.reuse },
    created_at: timestamp(row.created_at),
    last_used_at: timestampOrNull(row.last_used_at),
  }),
)

const byId = v.strictObject({ id: line(longestAddress) })
const byWorkload = v.strictObject({ id: line(longestAddress), workload: line(64) })
const body = v.strictObject({
  issuer: line(longestAddress),
  subject: line(500),
  audience: v.optional(line(200)),
  reuse: v.optional(v.picklist(['once', 'life'])),
})
const given = ({ issuer, subject, audience, reuse }: v.InferOutput<typeof body>): NewWorkload => ({
  ...{ issuer, subject, audience, reuse },
})

const listed = { description: 'Them, the oldest first.', body: whole(workloadView.schema) }
const shown = (rows: readonly WorkloadRow[]) => ok({ items: rows.map(workloadView.show), next: null })

export const listApplicationWorkloads = route({
  id: 'listApplicationWorkloads',
  method: 'GET',
  path: '/v1/applications/{id}/workloads',
  tag: 'applications',
  summary: 'The subjects of issuers outside whose tokens authenticate an application.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: listed },
  refuses: ['application_not_found'],
  async handle({ db }, { params: { id } }) {
    await existingApplication(db, id)
    return shown(await findWorkloads(db, id))
  },
})

export const trustApplicationWorkload = route({
  id: 'trustApplicationWorkload',
  method: 'POST',
  path: '/v1/applications/{id}/workloads',
  tag: 'applications',
  summary:
    'Let tokens of an issuer outside authenticate an application, in the place of a secret: of a build server, a cluster, another cloud.',
  access: { permission: 'applications:write' },
  params: byId,
  body,
  answers: { 201: { description: 'Trusted from now on.', body: workloadView.schema } },
  refuses: ['application_not_found', 'permission_missing', 'key_limit_reached'],
  async handle(ground, { params, body, actor }) {
    return created(workloadView.show(await trustWorkload(ground, actor, params.id, given(body))))
  },
})

export const distrustApplicationWorkload = route({
  id: 'distrustApplicationWorkload',
  method: 'DELETE',
  path: '/v1/applications/{id}/workloads/{workload}',
  tag: 'applications',
  summary: 'Tokens of this issuer and subject authenticate the application no more.',
  access: { permission: 'applications:write' },
  params: byWorkload,
  answers: { 204: { description: 'Trusted no more.' } },
  refuses: ['application_not_found', 'permission_missing', 'key_not_found'],
  async handle(ground, { params, actor }) {
    await distrustWorkload(ground, actor, params.id, params.workload)
    return done
  },
})

export const listServiceWorkloads = route({
  id: 'listServiceWorkloads',
  method: 'GET',
  path: '/v1/services/{id}/workloads',
  tag: 'services',
  summary: 'The subjects of issuers outside whose tokens authenticate a service.',
  access: { permission: 'services:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: listed },
  refuses: ['service_not_found'],
  async handle({ db, findService }, { params: { id } }) {
    if (!(await findService(id))) throw new Refusal('service_not_found', 'no such service')
    return shown(await findWorkloads(db, id))
  },
})

export const trustServiceWorkload = route({
  id: 'trustServiceWorkload',
  method: 'POST',
  path: '/v1/services/{id}/workloads',
  tag: 'services',
  summary:
    'Let tokens of an issuer outside authenticate a service, beside its secret: of a build server, a cluster, another cloud.',
  access: { permission: 'services:write' },
  params: byId,
  body,
  answers: { 201: { description: 'Trusted from now on.', body: workloadView.schema } },
  refuses: ['service_not_found', 'permission_missing', 'key_limit_reached'],
  async handle(ground, { params, body, actor }) {
    if (!(await ground.findService(params.id))) throw new Refusal('service_not_found', 'no such service')
    return created(workloadView.show(await trustWorkload(ground, actor, params.id, given(body))))
  },
})

export const distrustServiceWorkload = route({
  id: 'distrustServiceWorkload',
  method: 'DELETE',
  path: '/v1/services/{id}/workloads/{workload}',
  tag: 'services',
  summary: 'Tokens of this issuer and subject authenticate the service no more.',
  access: { permission: 'services:write' },
  params: byWorkload,
  answers: { 204: { description: 'Trusted no more.' } },
  refuses: ['service_not_found', 'permission_missing', 'key_not_found'],
  async handle(ground, { params, actor }) {
    if (!(await ground.findService(params.id))) throw new Refusal('service_not_found', 'no such service')
    await distrustWorkload(ground, actor, params.id, params.workload)
    return done
  },
})
