import { findEvents, findLogBegin } from '../../activity/archive/reading.ts'
import { type ActivityEvent, type Details, type EventName, user } from '../../activity/events.ts'
import type { Reader } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import { type Permission, permissionsIn } from '../../permissions.ts'
import { firstIdentifierAt } from '../../secrets/identifiers.ts'
import { findUserTypes } from '../user-types/store.ts'
import type { UserWithPermissions } from '../users/store.ts'
import type { Holder } from './effective.ts'
import { grantOf } from './grants.ts'
import { findTypeMoves, type GrantRow } from './store.ts'

/** What decided at a moment what somebody could do. */
export type Past =
  | { readonly kind: 'known'; readonly holder: Holder }
  /** The log does not go back that far. */
  | { readonly kind: 'unknown'; readonly logBegins: number | null }
  | { readonly kind: 'absent' }

const ofTypes: readonly EventName[] = [
  'user_type.create',
  'user_type.change',
  'user_type.rename',
  'user_type.remove',
]
const ofPerson: readonly EventName[] = [
  'user.create',
  'user.update',
  'user.grant',
  'user.deny',
  'user.withdraw',
  'user.end_grant',
]

/**
 * What decided at a past moment what a person could do: what is so now, with every change since undone, newest first. It
 * needs the events since that moment and no older ones, so it is exact for as long as the log goes back.
 */
export async function holderAt(reader: Reader, person: UserWithPermissions, atMs: number): Promise<Past> {
  if (atMs < person.created_at) return { kind: 'absent' }
  const begins = await findLogBegin(reader)
  if (begins === undefined || begins > atMs) return { kind: 'unknown', logBegins: begins ?? null }

  const types = new Map((await findUserTypes(reader)).map(({ name, permissions }) => [name, permissions]))
  const moves = new Set(await findTypeMoves(reader, person.id))
  const grants = new Map(person.grants.map((row) => [row.id, row]))
  let userType = person.user_type
  for (const { id, event, target, details } of await eventsSince(reader, person.id, atMs)) {
    // Whoever was imported has an older time of creation than the account.
    if (event === 'user.create') return { kind: 'absent' }
    const known = details === null ? {} : (JSON.parse(details) as Details)
    const { from, to, before, permissions } = known
    switch (event) {
      case 'user_type.create':
        types.delete(target ?? '')
        break
      case 'user_type.change':
        if (typeof before === 'string') types.set(target ?? '', permissionsIn(before))
        break
      case 'user_type.rename':
        rename(types, String(to), String(from))
        if (userType === to) userType = String(from)
        break
      case 'user_type.remove':
        types.set(target ?? '', permissionsIn(String(permissions)))
        if (moves.has(id)) userType = target ?? userType
        break
      case 'user.update':
        if (typeof from === 'string') userType = from
        break
      default:
        undoGrant(grants, event, grantOf(person.id, known))
    }
  }
  return {
    kind: 'known',
    holder: {
      user_type: userType,
      type_permissions: types.get(userType) ?? [],
      grants: [...grants.values()],
    },
  }
}

function rename(types: Map<string, readonly Permission[]>, to: string, from: string): void {
  const permissions = types.get(to)
  types.delete(to)
  if (permissions) types.set(from, permissions)
}

function undoGrant(grants: Map<string, GrantRow>, event: EventName, row: GrantRow | undefined): void {
  if (!row) return
  if (event === 'user.grant' || event === 'user.deny') grants.delete(row.id)
  else grants.set(row.id, row)
}

const pageSize = 500

/** The events that changed what somebody may do, of all types and of one person, newest first. */
async function eventsSince(reader: Reader, userId: string, atMs: number): Promise<ActivityEvent[]> {
  const filters = [
    ...ofTypes.map((event) => ({ event })),
    ...ofPerson.map((event) => ({ event, target: user(userId).id })),
  ]
  const found: ActivityEvent[] = []
  for (const filter of filters) {
    const only = { ...filter, outcome: 'success', from: firstIdentifierAt('evt', atMs) }
    const events = pages<ActivityEvent, string | undefined>(
      undefined,
      pageSize,
      (before, most) => findEvents(reader, { ...only, before }, most),
      (event) => event.id,
    )
    for await (const page of events) found.push(...page.filter(({ at }) => at > atMs))
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1))
}
