import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import {
  defaultLimit,
  line,
  page,
  pageOf,
  timestamp,
  timestampOrNull,
  view,
  wholeNumber,
} from '../../http/schema.ts'
import { type ApplicationRow, applicationTypes, findAlike, findApplication, type LikeRow } from '../store.ts'
import type { RegistrationGround } from './ground.ts'

const route = routesFor<RegistrationGround>()

const registrationView = view<LikeRow & { readonly last: ApplicationRow }>()(
  {
    /** What equal ones have in common. */
    likeness: v.string(),
    /** The last one that was made. */
    id: v.string(),
    name: v.string(),
    type: v.picklist(applicationTypes),
    made_by: v.picklist(['administrator', 'registration', 'document']),
    redirect_uris: v.array(v.string()),
    /** How many equal ones there are. */
    count: v.number(),
    last_made_at: v.string(),
    last_used_at: v.nullable(v.string()),
  },
  ({ last, ...row }) => ({
    ...{ likeness: row.likeness, id: row.id, name: last.name, type: last.type, made_by: last.made_by },
    ...{ redirect_uris: last.redirect_uris, count: row.count },
    last_made_at: timestamp(row.last_made_at),
    last_used_at: timestampOrNull(row.last_used_at),
  }),
)

export const listRegisteredApplications = route({
  id: 'listRegisteredApplications',
  method: 'GET',
  path: '/v1/registered-applications',
  tag: 'applications',
  summary:
    'List applications that have registered by themselves, or that a document describes: equal ones once, with how many there are and when one was used last.',
  access: { permission: 'applications:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ limit: v.optional(wholeNumber(1, 200)), after: v.optional(line(64)) }),
  answers: { 200: { description: 'A page of registrations.', body: page(registrationView.schema) } },
  async handle({ db }, { query: { limit = defaultLimit, after = '' } }) {
    const alike = await findAlike(db, after, limit + 1)
    const rows: (LikeRow & { readonly last: ApplicationRow })[] = []
    for (const row of alike) {
      const last = await findApplication(db, row.id)
      if (last) rows.push({ ...row, last })
    }
    return ok(pageOf(rows, limit, (row) => row.likeness, registrationView.show))
  },
})
