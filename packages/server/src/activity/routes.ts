import * as v from 'valibot'
import type { Ground } from '../ground.ts'
import { ok, routesFor, type ServerSentEvent } from '../http/route.ts'
import { defaultLimit, line, moment, page, pageOf, paging } from '../http/schema.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import { type ActivityEvent, outcomes } from './events.ts'
import type { NamesOf } from './sign-ins.ts'
import { findEvents } from './store.ts'
import { tail } from './tail.ts'
import { eventView } from './views.ts'

const route = routesFor<Ground>()
const routeWithNames = routesFor<Ground & { readonly namesOf: NamesOf }>()

const filters = {
  event: v.optional(line(64)),
  outcome: v.optional(v.picklist(outcomes)),
  subject: v.optional(line(64)),
  target: v.optional(line(64)),
  address: v.optional(line(64)),
  region: v.optional(line(8)),
}

export const searchActivity = route({
  id: 'searchActivity',
  method: 'GET',
  path: '/v1/activity',
  tag: 'activity',
  summary: 'Search the log, newest first: from `from` on and before `to`.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...filters, from: v.optional(moment), to: v.optional(moment), ...paging }),
  answers: { 200: { description: 'A page of events.', body: page(eventView.schema) } },
  async handle({ db }, { query: { from, to, after, limit = defaultLimit, ...filter } }) {
    // Both bounds hold: a page may begin where a walk has come to, and never after `to`.
    const bounds = [after, to === undefined ? undefined : firstIdentifierAt('evt', to)]
    const before = bounds.filter((bound) => bound !== undefined).sort()[0]
    const since = from === undefined ? undefined : firstIdentifierAt('evt', from)
    const rows = await findEvents(db, { ...filter, before, from: since }, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, eventView.show))
  },
})

export const listMyActivity = routeWithNames({
  id: 'listMyActivity',
  method: 'GET',
  path: '/v1/me/activity',
  tag: 'own account',
  summary:
    'What the log has of the caller’s own doings, newest first. What somebody has done who acts as the caller has `acted_by` and `acted_by_name` among its details.',
  access: { kinds: ['user'] },
  acting: true,
  query: v.strictObject({ event: v.optional(line(64)), ...paging }),
  answers: { 200: { description: 'A page of events.', body: page(eventView.schema) } },
  async handle({ db, namesOf }, { actor, query: { event: name, after, limit = defaultLimit } }) {
    const mine = { event: name, subject: actor.identity.subject, before: after }
    const rows = await findEvents(db, mine, limit + 1)
    const { items, next } = pageOf(rows, limit, (row) => row.id, eventView.show)
    const actors = new Set(items.flatMap(({ details }) => actorIn(details)))
    const names = await namesOf([...actors])
    const told = items.map((item) => {
      const username = names.get(actorIn(item.details)[0] ?? '')
      return username === undefined
        ? item
        : { ...item, details: { ...item.details, acted_by_name: username } }
    })
    return ok({ items: told, next })
  },
})

const actorIn = ({ acted_by: id }: Readonly<Record<string, unknown>>): string[] =>
  typeof id === 'string' ? [id] : []

export const followActivity = route({
  id: 'followActivity',
  method: 'GET',
  path: '/v1/activity/tail',
  tag: 'activity',
  summary: 'Follow the log live, as server-sent events, for as long as the token is valid.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject(filters),
  answers: {
    200: {
      description:
        'One server-sent event for each event of the log. Ends with the token: refresh it, and open the stream again.',
      type: 'events',
    },
  },
  async handle(ground, { query, signal }) {
    return { kind: 'events', events: streamed(tail(ground, signal), query) }
  },
})

async function* streamed(
  events: AsyncIterable<ActivityEvent>,
  filter: Partial<Record<keyof typeof filters, string | undefined>>,
): AsyncGenerator<ServerSentEvent> {
  const wanted = Object.entries(filter) as [keyof typeof filters, string | undefined][]
  yield { event: 'open', data: {} }
  for await (const one of events) {
    if (wanted.every(([field, value]) => value === undefined || one[field] === value)) {
      yield { id: one.id, event: 'activity', data: eventView.show(one) }
    }
  }
}
