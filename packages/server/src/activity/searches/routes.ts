import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, view } from '../../http/schema.ts'
import type { ActivityGround } from '../routes.ts'
import {
  changeSearch,
  longestName,
  querySchema,
  removeSearch,
  type SavedQuery,
  saveSearch,
  searchesOf,
} from './searches.ts'
import type { SearchRow } from './store.ts'

const route = routesFor<ActivityGround>()

export const searchView = view<SearchRow>()(
  {
    id: v.string(),
    /** Null for one that was saved at the command line. */
    owner: v.nullable(v.string()),
    name: v.string(),
    /** Whether all readers of the log have it. */
    shared: v.boolean(),
    query: querySchema,
    created_at: v.string(),
    changed_at: v.string(),
  },
  ({ id, owner, name, shared, query, created_at, changed_at }) => ({
    ...{ id, owner, name, shared: shared === 1, query: JSON.parse(query) as SavedQuery }, // as it was stored
    ...{ created_at: timestamp(created_at), changed_at: timestamp(changed_at) },
  }),
)

const params = v.strictObject({ id: line(64) })
const writes = { permission: 'activity:read', kinds: ['user'] } as const

export const listSearches = route({
  id: 'listActivitySearches',
  method: 'GET',
  path: '/v1/activity/searches',
  tag: 'activity',
  summary: 'The searches of the log that the caller has saved, and those that are shared, by name.',
  access: { permission: 'activity:read' },
  answers: {
    200: { description: 'The searches.', body: v.strictObject({ items: v.array(searchView.schema) }) },
  },
  async handle(ground, { actor }) {
    return ok({ items: (await searchesOf(ground, actor)).map(searchView.show) })
  },
})

export const saveSearchRoute = route({
  id: 'saveActivitySearch',
  method: 'POST',
  path: '/v1/activity/searches',
  tag: 'activity',
  summary:
    'Keep a search of the log by a name: up to 50 of one’s own. A shared one is for all readers of the log, and needs `alarms:write`.',
  access: writes,
  body: v.strictObject({
    name: line(longestName),
    query: querySchema,
    shared: v.optional(v.boolean(), false),
  }),
  answers: { 201: { description: 'Saved.', body: searchView.schema } },
  refuses: ['search_exists', 'search_limit_reached', 'permission_missing'],
  async handle(ground, { actor, body }) {
    return created(searchView.show(await saveSearch(ground, actor, body)))
  },
})

export const changeSearchRoute = route({
  id: 'changeActivitySearch',
  method: 'PATCH',
  path: '/v1/activity/searches/{id}',
  tag: 'activity',
  summary:
    'Rename a saved search, let it search for something else, share it or share it no more. What is not given stays.',
  access: writes,
  params,
  body: v.strictObject({
    name: v.optional(line(longestName)),
    query: v.optional(querySchema),
    shared: v.optional(v.boolean()),
  }),
  answers: { 200: { description: 'The search, changed.', body: searchView.schema } },
  refuses: ['search_not_found', 'search_exists', 'search_limit_reached', 'permission_missing'],
  async handle(ground, { actor, body, params: { id } }) {
    return ok(searchView.show(await changeSearch(ground, actor, id, body)))
  },
})

export const removeSearchRoute = route({
  id: 'removeActivitySearch',
  method: 'DELETE',
  path: '/v1/activity/searches/{id}',
  tag: 'activity',
  summary: 'Remove a saved search.',
  access: writes,
  params,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['search_not_found', 'permission_missing'],
  async handle(ground, { actor, params: { id } }) {
    await removeSearch(ground, actor, id)
    return done
  },
})
