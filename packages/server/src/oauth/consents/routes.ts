import * as v from 'valibot'
import { applicationTypes } from '../../applications/store.ts'
import { detailSchema, shownDetail } from '../../authorization-details.ts'
import { done, ok, routesFor } from '../../http/route.ts'
import {
  defaultLimit,
  line,
  page,
  pageOf,
  paging,
  timestamp,
  timestampOrNull,
  view,
  whole,
} from '../../http/schema.ts'
import type { OauthGround } from '../ground.ts'
import { type LetInApplication, letInBy, withdrawConsent } from './consents.ts'
import { type ConsentRow, findConsentsTo } from './store.ts'

const route = routesFor<OauthGround>()

export const letIn = view<LetInApplication>()(
  {
    application: v.string(),
    name: v.string(),
    /** Null for one that has been removed. */
    type: v.nullable(v.picklist(applicationTypes)),
    consents: v.array(
      v.strictObject({
        resource: v.nullable(v.string()),
        scopes: v.array(v.string()),
        /** Which devices it is about (RFC 9396); null where the scopes alone say it. */
        authorization_details: v.nullable(v.array(detailSchema)),
        given_at: v.string(),
      }),
    ),
    sessions: v.number(),
    last_used_at: v.nullable(v.string()),
  },
  (one) => ({
    ...one,
    consents: one.consents.map((consent) => ({
      ...{ resource: consent.resource, scopes: [...consent.scopes] },
      authorization_details: consent.details === null ? null : consent.details.map(shownDetail),
      given_at: timestamp(consent.given_at),
    })),
    last_used_at: timestampOrNull(one.last_used_at),
  }),
)

export const listMyApplications = route({
  id: 'listMyApplications',
  method: 'GET',
  path: '/v1/me/applications',
  tag: 'own account',
  summary: 'List the applications that one has let in, what they may do, and whether they do it now.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 200: { description: 'The applications.', body: whole(letIn.schema) } },
  async handle(ground, { actor }) {
    const items = await letInBy(ground, ground.db, actor.identity.subject)
    return ok({ items: items.map(letIn.show), next: null })
  },
})

export const withdrawMyConsent = route({
  id: 'withdrawMyConsent',
  method: 'DELETE',
  path: '/v1/me/applications/{application}',
  tag: 'own account',
  summary:
    'Take back what an application may do: its sessions end everywhere within a second, and it has to ask again.',
  access: { kinds: ['user'] },
  params: v.strictObject({ application: line(500) }),
  answers: { 204: { description: 'It may do nothing any more.' } },
  refuses: ['consent_not_found'],
  async handle(ground, { actor, params: { application } }) {
    await withdrawConsent(ground, actor, { userId: actor.identity.subject, application })
    return done
  },
})

export const listUserApplications = route({
  id: 'listUserApplications',
  method: 'GET',
  path: '/v1/users/{id}/applications',
  tag: 'users',
  summary: 'List the applications that a person has let in.',
  access: { permission: 'users:read' },
  params: v.strictObject({ id: line(64) }),
  answers: { 200: { description: 'The applications.', body: whole(letIn.schema) } },
  async handle(ground, { params: { id } }) {
    return ok({ items: (await letInBy(ground, ground.db, id)).map(letIn.show), next: null })
  },
})

const letInPerson = view<{ readonly row: ConsentRow; readonly username: string | undefined }>()(
  {
    id: v.string(),
    /** Null for somebody who is gone. */
    username: v.nullable(v.string()),
    given_at: v.string(),
  },
  ({ row, username }) => ({
    ...{ id: row.user_id, username: username ?? null, given_at: timestamp(row.given_at) },
  }),
)

export const listApplicationPeople = route({
  id: 'listApplicationPeople',
  method: 'GET',
  path: '/v1/applications/{id}/people',
  tag: 'applications',
  summary:
    'List the people who have let an application in. What it may do for each is at `/v1/users/{id}/applications`.',
  access: { permission: 'users:read' },
  params: v.strictObject({ id: line(500) }),
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of people.', body: page(letInPerson.schema) } },
  async handle({ db, namesOf }, { params: { id }, query: { limit = defaultLimit, after = '' } }) {
    const rows = await findConsentsTo(db, id, { after, limit: limit + 1 })
    const names = await namesOf(rows.map((row) => row.user_id))
    const show = (row: ConsentRow) => letInPerson.show({ row, username: names.get(row.user_id) })
    return ok(pageOf(rows, limit, (row) => row.user_id, show))
  },
})

export const withdrawUserConsent = route({
  id: 'withdrawUserConsent',
  method: 'DELETE',
  path: '/v1/users/{id}/applications/{application}',
  tag: 'users',
  summary: 'Take back what an application may do for a person, as they could themselves.',
  access: { permission: 'users:write' },
  params: v.strictObject({ id: line(64), application: line(500) }),
  answers: { 204: { description: 'It may do nothing any more.' } },
  refuses: ['user_not_found', 'permission_missing', 'consent_not_found'],
  async handle(ground, { actor, params: { id, application } }) {
    await withdrawConsent(ground, actor, { userId: id, application })
    return done
  },
})
