import * as v from 'valibot'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { line } from '../../http/schema.ts'
import type { Actor } from '../../identity.ts'
import { holds } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { search as searchTarget } from '../events.ts'
import { askedSchema } from '../search.ts'
import {
  countSearchesOf,
  countSharedSearches,
  deleteSearch,
  findSearches,
  holdSearch,
  insertSearch,
  type SearchRow,
  updateSearch,
} from './store.ts'

const mostOwn = 50
const mostShared = 200
const mostCharacters = 4_000
export const longestName = 80

const members = Object.keys(askedSchema.entries) as (keyof typeof askedSchema.entries)[]
const text = v.optional(line(1_000))

/** What is searched for, as the parameters of `GET /v1/activity` have it. */
export const querySchema = v.strictObject(
  Object.fromEntries(members.map((name) => [name, text])) as Record<(typeof members)[number], typeof text>,
)
export type SavedQuery = v.InferOutput<typeof querySchema>

export interface NewSearch {
  readonly name: string
  readonly query: SavedQuery
  readonly shared: boolean
}

/** Those that an actor has: their own, and the shared ones. */
export async function searchesOf({ db }: Pick<Ground, 'db'>, actor: Actor): Promise<readonly SearchRow[]> {
  return findSearches(db, ownerOf(actor))
}

/**
 * Keep a search by a name. What is saved at the command line is shared.
 * @throws {Refusal} `search_exists`, `search_limit_reached`, `permission_missing` to share one, `request_invalid`
 */
export async function saveSearch(
  { db, world, activity }: Ground,
  actor: Actor,
  { name, query, shared }: NewSearch,
): Promise<SearchRow> {
  const owner = ownerOf(actor)
  const isShared = shared || owner === null
  if (isShared) requireSharing(actor)
  const now = world.now()
  const row = {
    ...{ id: newIdentifier('sch', world), owner, name, shared: isShared ? 1 : 0 },
    ...{ query: textOf(query), created_at: now, changed_at: now },
  }
  await db.transaction(async (tx) => {
    if (owner !== null && (await countSearchesOf(tx, owner)) >= mostOwn) throw full(mostOwn)
    if (isShared) await requireRoom(tx)
    if (!(await insertSearch(tx, row))) throw exists()
    await activity.record(tx, actor, 'search.save', searchTarget(row.id), { details: { shared: isShared } })
  })
  return row
}

/**
 * Rename a search, let it search for something else, share it or share it no more. A shared one may be changed by whoever may
 * share, too.
 * @throws {Refusal} `search_not_found`, `search_exists`, `search_limit_reached`, `permission_missing`, `request_invalid`
 */
export async function changeSearch(
  { db, world, activity }: Ground,
  actor: Actor,
  id: string,
  change: { readonly [Member in keyof NewSearch]?: NewSearch[Member] | undefined },
): Promise<SearchRow> {
  return db.transaction(async (tx) => {
    const row = await findToChange(tx, actor, id)
    const shared = change.shared ?? row.shared === 1
    if (shared && row.shared === 0) {
      requireSharing(actor)
      await requireRoom(tx)
    }
    // Nobody would have it.
    if (!shared && row.owner === null) throw invalid('shared', 'one of the operator is shared')
    const changed = {
      ...row,
      name: change.name ?? row.name,
      shared: shared ? 1 : 0,
      query: change.query === undefined ? row.query : textOf(change.query),
      changed_at: world.now(),
    }
    if (!(await updateSearch(tx, changed))) throw exists()
    await activity.record(tx, actor, 'search.change', searchTarget(id), { details: { shared } })
    return changed
  })
}

/** @throws {Refusal} `search_not_found`, `permission_missing` for a shared one of somebody else */
export async function removeSearch({ db, activity }: Ground, actor: Actor, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await findToChange(tx, actor, id)
    await deleteSearch(tx, id)
    await activity.record(tx, actor, 'search.remove', searchTarget(id), {
      details: { shared: row.shared === 1 },
    })
  })
}

/** One that somebody else has not shared does not exist. */
async function findToChange(tx: Transaction, actor: Actor, id: string): Promise<SearchRow> {
  const row = await holdSearch(tx, id)
  const isOwn = row !== undefined && row.owner !== null && row.owner === ownerOf(actor)
  if (row === undefined || !(isOwn || row.shared === 1))
    throw new Refusal('search_not_found', 'there is no such search')
  if (row.shared === 1) requireSharing(actor)
  return row
}

function ownerOf(actor: Actor): string | null {
  return actor.kind === 'caller' && actor.identity.kind === 'user' ? actor.identity.subject : null
}

/** What all readers of the log have is made by whoever says what they are told. */
function requireSharing(actor: Actor): void {
  if (actor.kind === 'operator' || holds(actor.identity, 'alarms:write')) return
  throw new Refusal('permission_missing', 'you may not share searches', { missing: 'alarms:write' })
}

async function requireRoom(tx: Transaction): Promise<void> {
  if ((await countSharedSearches(tx)) >= mostShared) throw full(mostShared)
}

/** @throws {Refusal} `request_invalid` for what no search would take */
function textOf(query: SavedQuery): string {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
  const parsed = v.safeParse(askedSchema, given)
  const issue = parsed.success ? undefined : parsed.issues[0]
  if (issue) throw invalid(`query/${String(issue.path?.[0]?.key ?? '')}`, 'is not as a search takes it')
  if (Object.keys(given).length === 0) throw invalid('query', 'must search for something')
  const stored = JSON.stringify(given)
  if (stored.length > mostCharacters) throw invalid('query', `must be ${mostCharacters} characters at most`)
  return stored
}

const invalid = (field: string, reason: string) =>
  new Refusal('request_invalid', 'the search is not as it should be', {
    faults: [{ field: `/${field}`, reason }],
  })
const exists = () => new Refusal('search_exists', 'there is a search of this name')
const full = (most: number) => new Refusal('search_limit_reached', `there are ${most} searches already`)
