import type { Operations } from '../../api/operations.ts'
import { withQuery } from '../../api/query.ts'

/** What the log can be searched for, as addresses and the server name it. */
export const fields = [
  'event',
  'outcome',
  'reason',
  'subject',
  'target',
  'address',
  'region',
  'client_id',
  'session_id',
  'request_id',
  'detail',
  'text',
  'from',
  'to',
] as const
export type Field = (typeof fields)[number]

export type Filter = Pick<NonNullable<Operations['GET /v1/activity']['query']>, Field>

export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries(fields.map((field) => [field, query.get(field) ?? undefined]))
}

/** The address of a search, so that it can be bookmarked and sent to somebody. */
export function searchAddress(filter: Filter): string {
  return withQuery('#/activity', filter)
}

/** The address of one event, beside what is searched for. */
export function eventAddress(filter: Filter, id: string): string {
  return withQuery('#/activity', { ...filter, show: id })
}
