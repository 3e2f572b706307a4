import * as v from 'valibot'
import type { Ground } from '../ground.ts'
import { ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, moment, page, paging, view } from '../http/schema.ts'
import type { Identity } from '../identity.ts'
import { holds } from '../permissions.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import { outcomes } from './events.ts'
import {
  collectSignIns,
  exportFormats,
  findSignIns,
  type NamesOf,
  type SignInEvent,
  type SignInFilter,
  shownSignIn,
  writeSignIns,
} from './sign-ins.ts'

export interface SignInsGround extends Ground {
  readonly namesOf: NamesOf
}

const route = routesFor<SignInsGround>()

const nullableText = v.nullable(v.string())
const signInView = view<SignInEvent>()(
  {
    id: v.string(),
    at: v.string(),
    outcome: v.picklist(outcomes),
    reason: nullableText,
    /** Null where nobody has the name that was typed. */
    subject: nullableText,
    /** Null for callers who may not see users. */
    username: nullableText,
    /** How it was proven (RFC 8176), and the second factor. */
    amr: nullableText,
    factor: nullableText,
    /** Refusals that follow one another are counted in one row. */
    times: v.number(),
    address: nullableText,
    region: nullableText,
    session_id: nullableText,
  },
  shownSignIn,
)

const filters = {
  outcome: v.optional(v.picklist(outcomes)),
  reason: v.optional(line(64)),
  subject: v.optional(line(64)),
  address: v.optional(line(64)),
  region: v.optional(line(32)),
  from: v.optional(moment),
  to: v.optional(moment),
}

interface Asked extends Pick<SignInFilter, 'outcome' | 'reason' | 'subject' | 'address' | 'region'> {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly after?: string | undefined
}

/** A file has so many rows at most: what one answer holds in memory. */
const mostExported = 10_000

export const listSignIns = route({
  id: 'listSignIns',
  method: 'GET',
  path: '/v1/activity/sign-ins',
  tag: 'activity',
  summary:
    'The sign-ins of everybody, those that succeeded and those that were refused, with factor and reason, newest first.',
  access: { permission: 'activity:read' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...filters, ...paging }),
  answers: { 200: { description: 'A page of them.', body: page(signInView.schema) } },
  async handle(ground, { actor, query: { limit = defaultLimit, ...asked } }) {
    const { filter, names } = askedOf(ground, actor.identity, asked)
    const { signIns, next } = await findSignIns(ground.db, filter, limit, names)
    return ok({ items: signIns.map(signInView.show), next })
  },
})

export const exportSignIns = route({
  id: 'exportSignIns',
  method: 'GET',
  path: '/v1/activity/sign-ins/export',
  tag: 'activity',
  summary:
    'The same as a file of CSV or of one JSON object a line: 10,000 rows at most; with the last id as `after` the next ones.',
  access: { permission: 'activity:read' },
  apiKeys: true,
  query: v.strictObject({ format: v.picklist(exportFormats), ...filters, after: paging.after }),
  answers: { 200: { description: 'The file.', type: 'file' } },
  async handle(ground, { actor, query: { format, ...asked } }) {
    const { filter, names } = askedOf(ground, actor.identity, asked)
    const signIns = await collectSignIns(ground.db, filter, mostExported, names)
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
    return {
      kind: 'file',
      bytes: new TextEncoder().encode(writeSignIns(signIns, format)),
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="sign-ins.${format}"`,
        'cache-control': 'no-store',
      },
    }
  },
})

function askedOf(
  { namesOf }: SignInsGround,
  identity: Identity,
  { from, to, after, ...fields }: Asked,
): { readonly filter: SignInFilter; readonly names: NamesOf } {
  const bounds = [after, to === undefined ? undefined : firstIdentifierAt('evt', to)]
  const before = bounds.filter((bound) => bound !== undefined).sort()[0]
  const since = from === undefined ? undefined : firstIdentifierAt('evt', from)
  const names: NamesOf = holds(identity, 'users:read') ? namesOf : async () => new Map()
  return { filter: { ...fields, before, from: since }, names }
}
