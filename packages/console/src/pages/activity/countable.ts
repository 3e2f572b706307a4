import type { Operations } from '../../api/operations.ts'
import { type Field, type Filter, fields } from './filter.ts'

type Asked = Operations['GET /v1/activity/stats']['query']

/** By one of these the roll-ups count events, and by their outcomes beside. */
const dimensions = ['event', 'reason', 'region'] as const

/** What of a search the roll-ups can count, and by what they cannot: by anything else, and by two of their dimensions at once. */
export function countable(filter: Filter): { readonly asked: Asked; readonly uncounted: readonly Field[] } {
  const by = dimensions.find((dimension) => filter[dimension] !== undefined)
  const counted: readonly Field[] = ['outcome', 'from', 'to', ...(by ? [by] : [])]
  return {
    asked: {
      measure: 'events',
      outcome: filter.outcome,
      from: filter.from,
      to: filter.to,
      ...(by ? { by, value: filter[by] } : { by: 'outcome' }),
    },
    uncounted: fields.filter((field) => filter[field] !== undefined && !counted.includes(field)),
  }
}
