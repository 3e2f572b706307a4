import * as v from 'valibot'
import type { Database } from '../database/database.ts'
import { bearer, json, type Route, route, type ServerSentEvent } from '../http/route.ts'
import { defaultLimit, line, moment, page, pageOf, paging, timestamp } from '../http/schema.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import type { Activity } from './activity.ts'
import type { ActivityEvent } from './events.ts'
import { findEvents } from './store.ts'
import { tail } from './tail.ts'

const nullableText = v.nullable(v.string())
const shownEvent = v.strictObject({
  id: v.string(),
  at: v.string(),
  event: v.string(),
  outcome: v.picklist(['success', 'refused', 'failure', 'alarm']),
  reason: nullableText,
  subject: nullableText,
  subject_kind: nullableText,
  target: nullableText,
  target_kind: nullableText,
  address: nullableText,
  region: nullableText,
  client_id: nullableText,
  session_id: nullableText,
  request_id: nullableText,
  details: v.record(v.string(), v.unknown()),
})

const filters = {
  event: v.optional(line(64)),
  outcome: v.optional(v.picklist(['success', 'refused', 'failure', 'alarm'])),
  subject: v.optional(line(64)),
  target: v.optional(line(64)),
  address: v.optional(line(64)),
  region: v.optional(line(8)),
}

export function activityRoutes(parts: { db: Database; activity: Activity; world: World }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/activity',
      tag: 'activity',
      summary: 'Search the log, newest first.',
      access: bearer('activity:read'),
      query: v.strictObject({ ...filters, from: v.optional(moment), to: v.optional(moment), ...paging }),
      answers: { 200: { description: 'A page of events.', body: page(shownEvent) } },
      async handle({ query: { from, to, after, limit = defaultLimit, ...filter } }) {
        const before = after ?? (to === undefined ? undefined : firstIdentifierAt('evt', to))
        const since = from === undefined ? undefined : firstIdentifierAt('evt', from)
        const rows = await findEvents(parts.db, { ...filter, before, from: since }, limit + 1)
        return json(pageOf(rows, limit, (row) => row.id, show))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/activity/tail',
      tag: 'activity',
      summary: 'Follow the log live, as server-sent events, for as long as the token is good.',
      access: bearer('activity:read'),
      query: v.strictObject(filters),
      answers: {
        200: {
          description:
            'One server-sent event for each event of the log. Ends with the token: renew it, and open it again.',
        },
      },
      async handle({ query, signal }) {
        return { kind: 'events', events: streamed(tail(parts, signal), query) }
      },
    }),
  ]
}

async function* streamed(
  events: AsyncIterable<ActivityEvent>,
  filter: Partial<Record<keyof typeof filters, string | undefined>>,
): AsyncGenerator<ServerSentEvent> {
  const wanted = Object.entries(filter) as [keyof typeof filters, string | undefined][]
  yield { event: 'open', data: {} }
  for await (const event of events) {
    if (wanted.every(([field, value]) => value === undefined || event[field] === value)) {
      yield { id: event.id, event: 'activity', data: show(event) }
    }
  }
}

function show(event: ActivityEvent) {
  const details: unknown = event.details === null ? {} : JSON.parse(event.details)
  return { ...event, at: timestamp(event.at), details }
}
