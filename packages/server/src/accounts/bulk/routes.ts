import * as v from 'valibot'
import { type Fault, Refusal } from '../../errors.ts'
import { ok, routesFor } from '../../http/route.ts'
import { line, timestamp, view } from '../../http/schema.ts'
import { defaultGraceDays, longestGraceDays } from '../deletion/deletion.ts'
import type { AccountsGround } from '../ground.ts'
import { peopleFilters, searchOf } from '../search/routes.ts'
import { userTypeName } from '../user-types/user-types.ts'
import { findUsernames } from '../users/store.ts'
import {
  actOnEach,
  type BulkAction,
  bulkActions,
  type Chosen,
  chooseMatching,
  choosePiece,
  mostPeople,
  type Outcome,
} from './bulk.ts'

const route = routesFor<AccountsGround>()

const bulkBody = v.strictObject({
  action: v.picklist(bulkActions),
  /** Of `set_type`. */
  user_type: v.optional(v.pipe(v.string(), v.regex(userTypeName))),
  /** Of `delete`: 30 if it is not given. */
  grace_days: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(longestGraceDays))),
  /** To whom: these, or `matching`. */
  ids: v.optional(v.pipe(v.array(line(64)), v.minLength(1), v.maxLength(mostPeople))),
  /** To everybody who matches these filters, as `GET /v1/users` takes them, if they are `count` people. */
  matching: v.optional(v.strictObject(peopleFilters)),
  count: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** In place of `count`: to so many of them, as a piece of more. */
  most: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(mostPeople))),
  /** The `next` of the piece before. */
  after: v.optional(line(600)),
})

interface Shown {
  readonly outcome: Outcome
  readonly invited: { readonly link: string; readonly expires_at: string } | undefined
}

const outcomeView = view<Shown>()(
  {
    id: v.string(),
    username: v.nullable(v.string()),
    /** Null where it is done; else the code of the refusal. */
    code: v.nullable(v.string()),
    detail: v.nullable(v.string()),
    /** Of an invitation, shown this once. */
    link: v.optional(v.string()),
    expires_at: v.optional(v.string()),
  },
  ({ outcome, invited }) => ({
    id: outcome.id,
    username: outcome.username,
    code: outcome.kind === 'refused' ? outcome.code : null,
    detail: outcome.kind === 'refused' ? outcome.detail : null,
    ...invited,
  }),
)

export const actOnUsers = route({
  id: 'actOnUsers',
  method: 'POST',
  path: '/v1/users/bulk',
  tag: 'accounts',
  summary:
    'Do the same to up to 1,000 users: those of these ids, or all that match filters, if they are as many as was said; or piece by piece to any number that match. Each is acted on as by the route for one, and the answer says of each what became of it.',
  access: { permission: 'users:write' },
  body: bulkBody,
  answers: {
    200: {
      description: 'What became of each.',
      body: v.strictObject({
        ...{ done: v.number(), refused: v.number(), items: v.array(outcomeView.schema) },
        /** Of a piece: where the next one begins. Null if there is none. */
        next: v.nullable(v.string()),
      }),
    },
  },
  refuses: ['too_many_people', 'count_changed', 'permission_missing'],
  async handle(ground, { actor, body, signal }) {
    const action = actionIn(body)
    const { people, next } = await chosenBy(ground, body, actor.identity.scopes)
    const items: ReturnType<typeof outcomeView.show>[] = []
    const stop = () => {
      if (signal.aborted) return new Refusal('stopping', 'the request ended before this user came')
      if (!ground.revocations.list.isRevoked(actor.identity.claims)) return undefined
      return new Refusal('token_revoked', 'your token was revoked before this user came')
    }
    for await (const outcome of actOnEach(ground, actor, action, people, stop)) {
      const invitation = outcome.kind === 'done' ? outcome.invitation : undefined
      const invited = invitation && {
        link: ground.linkTo(invitation.secret),
        expires_at: timestamp(invitation.expiresAt),
      }
      items.push(outcomeView.show({ outcome, invited }))
    }
    const refused = items.filter(({ code }) => code !== null).length
    return ok({ done: items.length - refused, refused, items, next })
  },
})

type BulkBody = v.InferOutput<typeof bulkBody>

/** @throws {Refusal} `request_invalid` */
function actionIn({ action, user_type: userType, grace_days: graceDays }: BulkBody): BulkAction {
  const faults: Fault[] = []
  if (action === 'set_type' && userType === undefined)
    faults.push({ field: '/user_type', reason: 'is required' })
  if (action !== 'set_type' && userType !== undefined) faults.push(notHere('user_type'))
  if (action !== 'delete' && graceDays !== undefined) faults.push(notHere('grace_days'))
  if (faults.length > 0) throw invalid(faults)
  if (action === 'set_type') return { kind: action, userType: userType! } // required above
  if (action === 'delete') return { kind: action, graceDays: graceDays ?? defaultGraceDays }
  return { kind: action }
}

/** @throws {Refusal} `request_invalid`, `too_many_people`, `count_changed`; `permission_missing` for filters of somebody who may not search */
async function chosenBy(
  { db }: AccountsGround,
  { ids, matching, count, most, after }: BulkBody,
  scopes: ReadonlySet<string>,
): Promise<{ readonly people: readonly Chosen[]; readonly next: string | null }> {
  if (ids && [matching, count, most, after].every((one) => one === undefined)) {
    const different = [...new Set(ids)]
    const names = await findUsernames(db, different)
    return { people: different.map((id) => ({ id, username: names.get(id) ?? null })), next: null }
  }
  if (ids || !matching || (count === undefined) === (most === undefined)) {
    throw invalid([{ field: '/ids', reason: 'must be given, or else `matching` with `count` or `most`' }])
  }
  if (after !== undefined && most === undefined)
    throw invalid([{ field: '/after', reason: 'is for a piece' }])
  if (!scopes.has('users:read')) {
    throw new Refusal('permission_missing', 'filters need the permission users:read', {
      missing: 'users:read',
    })
  }
  const search = searchOf(matching)
  if (most !== undefined) return choosePiece(db, search, { after, most })
  return { people: await chooseMatching(db, search, count ?? 0), next: null }
}

const notHere = (field: string): Fault => ({ field: `/${field}`, reason: 'is not a field of this action' })
const invalid = (faults: readonly Fault[]) =>
  new Refusal('request_invalid', 'the body is not as it should be', { faults })
