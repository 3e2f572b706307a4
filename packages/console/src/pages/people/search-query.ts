import type { Operations } from '../../api/operations.ts'

type Query = NonNullable<Operations['POST /v1/users/bulk']['body']['matching']>

export const statuses = ['enabled', 'disabled', 'invited'] as const

/** A search as it stands in the address: days are the reader's. */
export type Search = Readonly<Record<(typeof members)[number], string>>
/** Of the address. */
export const members = [
  'text',
  'user_type',
  'status',
  'since',
  'before',
  'signed_in',
  'attribute',
  'value',
] as const

export function searchIn(query: URLSearchParams): Search {
  return Object.fromEntries(members.map((name) => [name, query.get(name) ?? ''])) as Search // of the members
}

export function isEmpty(search: Search): boolean {
  return members.every((name) => search[name] === '')
}

/** What the server is asked. What somebody has written into the address and is no choice or no day is left out. */
export function queryOf({ text, user_type, status, since, before, signed_in, ...given }: Search): Query {
  const { attribute, value } = given
  const known = statuses.find((one) => one === status)
  const from = startOf(since)
  const end = startOf(before)
  return {
    ...(text !== '' && { text }),
    ...(user_type !== '' && { user_type }),
    ...(attribute !== '' && value !== '' && { attribute: `${attribute}=${value}` }),
    ...(known && { status: known }),
    ...(from !== undefined && { signed_in_from: from }),
    ...(end !== undefined && { signed_in_before: end }),
    ...(signed_in === 'never' && { signed_in }),
  }
}

function startOf(day: string): string | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00`) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
