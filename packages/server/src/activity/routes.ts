import * as v from 'valibot'
import { ok, routesFor, type ServerSentEvent } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging } from '../http/schema.ts'
import type { Identity } from '../identity.ts'
import { holds } from '../permissions.ts'
import { findEvents } from './archive/reading.ts'
import { exportFormats, exportLog } from './export.ts'
import { findNames, type NamedKind, type Namer, namedKinds } from './names.ts'
import type { Sequencer } from './proof/sequencer.ts'
import { filterOf, filters, type IdsOf, orders, searchLog, times } from './search.ts'
import type { SignInsGround } from './sign-in-routes.ts'
import { type Followed, tail } from './tail.ts'
import { eventView } from './views.ts'

export interface ActivityGround extends SignInsGround {
  readonly sequencer: Sequencer
  readonly idsOf: IdsOf
  readonly namers: Readonly<Record<NamedKind, Namer>>
}

const route = routesFor<ActivityGround>()

/** A name leads to an id for those who may see who has it. */
const namesFor = ({ idsOf }: ActivityGround, identity: Identity): IdsOf =>
  holds(identity, 'users:read') ? idsOf : async () => []

export const searchActivity = route({
  id: 'searchActivity',
  method: 'GET',
  path: '/v1/activity',
  tag: 'activity',
  summary:
    'Search the log: from `from` on and before `to`, by one or several values of each field between commas, by text and by a member of the details (`detail=name:value`). Newest first, or with `order=oldest` in the order of commits, where what is committed later stands behind every event that was given before. A page may be empty and have a `next`.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...filters, ...times, order: v.optional(v.picklist(orders)), ...paging }),
  answers: {
    200: {
      description: 'A page of events.',
      body: v.strictObject({
        ...page(eventView.schema).entries,
        /** Segments of the archive that hold events of that time and cannot be read; an operator should look at them. */
        damaged: v.array(v.string()),
      }),
    },
  },
  refuses: ['event_not_found'],
  async handle(ground, { actor, query: { order, after, limit = defaultLimit, ...asked } }) {
    const filter = await filterOf(asked, namesFor(ground, actor.identity))
    const { events, next, damaged } = await searchLog(ground, filter, { order, after, limit })
    return ok({ items: events.map(eventView.show), next, damaged: [...damaged] })
  },
})

const mostNames = 100

export const nameActivity = route({
  id: 'nameActivity',
  method: 'GET',
  path: '/v1/activity/names',
  tag: 'activity',
  summary:
    'What up to 100 subjects and targets of events are called, as far as the caller may see them: people and their API keys with `users:read`, devices with `devices:read`, services with `services:read`, apps with `apps:read`. Who was deleted has no name.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({
    ids: v.pipe(
      line(65 * mostNames),
      v.transform((text) => text.split(',')),
      v.array(line(64)),
      v.maxLength(mostNames),
    ),
  }),
  answers: {
    200: {
      description: 'Those that have a name, in no order.',
      body: v.strictObject({
        items: v.array(
          v.strictObject({
            id: v.string(),
            kind: v.picklist(namedKinds),
            name: v.string(),
            /** Whose API key it is. */
            owner: v.nullable(v.string()),
          }),
        ),
      }),
    },
  },
  async handle({ namers }, { actor, query: { ids } }) {
    const found = await findNames(namers, actor.identity, ids)
    return ok({ items: found.map(({ id, kind, name, owner = null }) => ({ id, kind, name, owner })) })
  },
})

export const exportActivity = route({
  id: 'exportActivity',
  method: 'GET',
  path: '/v1/activity/export',
  tag: 'activity',
  summary:
    'What a search finds as a file, newest first: one JSON object a line, or CSV in which a spreadsheet runs nothing. The log says who has taken what.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  query: v.strictObject({
    format: v.picklist(exportFormats),
    ...filters,
    ...times,
    after: paging.after,
  }),
  answers: { 200: { description: 'The file.', type: 'file' } },
  async handle(ground, { actor, query }) {
    const idsOf = namesFor(ground, actor.identity)
    const chunks = await exportLog({ ...ground, idsOf }, actor, query)
    const type = query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
    return {
      kind: 'stream',
      chunks,
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="activity.${query.format}"`,
        'cache-control': 'no-store',
      },
    }
  },
})

export const listMyActivity = route({
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
  summary:
    'Follow the log live in the order of commits, as server-sent events, for as long as the token is valid. With the id of an event as `Last-Event-ID`, or as `after`, it goes on behind that event, without a gap and without a double.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...filters, after: paging.after }),
  answers: {
    200: {
      description:
        'One server-sent event for each event of the log. A reader who falls behind by more than 10,000 events gets `skipped`, with their `count`, in place of them. `damaged` names a segment of the archive that cannot be read, whose events are left out. Ends with the token: refresh it, and open the stream again.',
      type: 'events',
    },
  },
  refuses: ['event_not_found'],
  async handle(ground, { actor, query: { after, ...asked }, header, signal }) {
    const filter = await filterOf(asked, namesFor(ground, actor.identity))
    // Begun before `open` is sent: what happens after it is told.
    const followed = await tail(ground, { filter, after: header('last-event-id') ?? after }, signal)
    return { kind: 'events', events: streamed(followed) }
  },
})

async function* streamed(followed: AsyncIterable<Followed>): AsyncGenerator<ServerSentEvent> {
  yield { event: 'open', data: {} }
  for await (const one of followed) {
    if (one.kind === 'damaged') yield { event: 'damaged', data: { segment: one.segment } }
    else if (one.kind === 'skipped') yield { id: one.last, event: 'skipped', data: { count: one.count } }
    else yield { id: one.event.id, event: 'activity', data: eventView.show(one.event) }
  }
}
