import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { defaultLimit, line, moment, page, paging } from '../../http/schema.ts'
import { wholeText } from '../../whole-text.ts'
import type { AccountsGround } from '../ground.ts'
import { userTypeName } from '../user-types/user-types.ts'
import { userView } from '../users/views.ts'
import { countMatches, type PeopleSearch, searchPeople } from './people.ts'
import { statuses } from './store.ts'

const route = routesFor<AccountsGround>()

/** Who is looked for, in a query or in a body. */
export const peopleFilters = {
  text: v.optional(line(200)),
  user_type: v.optional(v.pipe(v.string(), v.regex(userTypeName))),
  status: v.optional(v.picklist(statuses)),
  address: v.optional(line(254)),
  /** `department=sales`: of an attribute that people are found by. */
  attribute: v.optional(v.pipe(line(600), v.regex(wholeText(/[a-z][a-z0-9_]{0,39}=.*/)))),
  signed_in_from: v.optional(moment),
  signed_in_before: v.optional(moment),
  signed_in: v.optional(v.literal('never')),
}

export const listUsers = route({
  id: 'listUsers',
  method: 'GET',
  path: '/v1/users',
  tag: 'accounts',
  summary:
    'List and search users. `text`: words that the user name, the name or an address of mail begin with, or one of their words. An answer may be short, even empty, and go on at `next`.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...peopleFilters, limit: paging.limit, after: v.optional(line(600)) }),
  answers: { 200: { description: 'A page of users.', body: page(userView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after, ...given } }) {
    const { rows, next } = await searchPeople(db, searchOf(given), { after, limit })
    return ok({ items: rows.map(userView.show), next })
  },
})

export const countUsers = route({
  id: 'countUsers',
  method: 'GET',
  path: '/v1/users/count',
  tag: 'accounts',
  summary:
    'Count the users that a search finds, up to 1,000. If `exact` is false there may be more, which are counted from `next` on.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...peopleFilters, after: v.optional(line(600)) }),
  answers: {
    200: {
      description: 'The count.',
      body: v.strictObject({ count: v.number(), exact: v.boolean(), next: v.nullable(v.string()) }),
    },
  },
  async handle({ db }, { query: { after, ...given } }) {
    const { count, next } = await countMatches(db, searchOf(given), after)
    return ok({ count, exact: next === null, next })
  },
})

type Given = v.InferOutput<v.StrictObjectSchema<typeof peopleFilters, undefined>>

export function searchOf(given: Given): PeopleSearch {
  const { text, status, address, attribute = '' } = given
  const at = attribute.indexOf('=')
  return {
    ...{ text, status, address, userType: given.user_type },
    attribute: attribute === '' ? undefined : { key: attribute.slice(0, at), text: attribute.slice(at + 1) },
    signedInFrom: given.signed_in_from,
    signedInBefore: given.signed_in_before,
    neverSignedIn: given.signed_in === 'never',
  }
}
