import { type Details, user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { type Actor, operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { authorizeOver, type Permission } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { requireVisible } from '../../text.ts'
import type { UsersGround } from '../ground.ts'
import { setPermissionsVersion, type UserWithPermissions } from '../users/store.ts'
import { findToChange } from '../users/users.ts'
import { keepAdministrator } from './administrators.ts'
import { deleteEndedGrants, deleteEndedGrantsOf, deleteGrant, type GrantRow, insertGrant } from './store.ts'

export interface NewGrant {
  readonly kind: GrantRow['kind']
  readonly permission: Permission
  readonly reason: string
  /** Null for no end. */
  readonly until: number | null
}

/**
 * Grant a person a permission beside those of their type, or deny them one. It takes effect at once: their tokens are refused from
 * now on, and the next refresh of their sessions gives one that says what they may do.
 * @throws {Refusal} `user_not_found`, `permission_missing` for one that the actor does not hold, `grant_exists`,
 * `last_administrator`; `request_invalid` for an end that is past
 */
export async function grant(
  ground: UsersGround,
  actor: Actor,
  userId: string,
  { kind, permission, reason, until }: NewGrant,
): Promise<GrantRow> {
  const { world, activity } = ground
  requireVisible('reason', reason, 200)
  const now = world.now()
  if (until !== null && until <= now) throw new Refusal('request_invalid', 'the end of it is past')
  return changeGrants(ground, actor, userId, async (tx, holder) => {
    authorizeOver(actor, [permission])
    for (const over of await deleteEndedGrantsOf(tx, userId, now)) await recordEnd(ground, tx, over)
    const live = holder.grants.filter((one) => one.until === null || one.until > now)
    if (live.some((one) => one.kind === kind && one.permission === permission)) {
      throw new Refusal('grant_exists', 'the user has one for this permission; withdraw it first')
    }
    const row: GrantRow = {
      id: newIdentifier('grt', world),
      user_id: userId,
      kind,
      permission,
      reason,
      created_by: actor.kind === 'operator' ? null : actor.identity.subject,
      created_at: now,
      until,
    }
    await insertGrant(tx, row)
    const event = kind === 'grant' ? 'user.grant' : 'user.deny'
    await activity.record(tx, actor, event, user(userId), { details: detailsOf(row) })
    return row
  })
}

/**
 * Take a grant or a denial back before its end.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `grant_not_found`, `last_administrator`
 */
export async function withdraw(ground: UsersGround, actor: Actor, userId: string, id: string): Promise<void> {
  await changeGrants(ground, actor, userId, async (tx) => {
    const row = await deleteGrant(tx, userId, id)
    if (!row || (row.until !== null && row.until <= ground.world.now())) {
      throw new Refusal('grant_not_found', 'the user has no such grant or denial')
    }
    authorizeOver(actor, [row.permission])
    await ground.activity.record(tx, actor, 'user.withdraw', user(userId), { details: detailsOf(row) })
  })
}

/** Tokens with the permissions as they were end with the change. */
async function changeGrants<T>(
  { db, world, revocations, apiKeys }: UsersGround,
  actor: Actor,
  userId: string,
  change: (tx: Transaction, holder: UserWithPermissions) => Promise<T>,
): Promise<T> {
  return db.transaction((tx) =>
    keepAdministrator(tx, world.now(), async (version) => {
      const holder = await findToChange(tx, actor, userId, world.now())
      const outcome = await change(tx, holder)
      await setPermissionsVersion(tx, userId, version)
      await revocations.revoke(tx, 'permissions', `${userId}.${holder.permissions_version}`)
      await apiKeys.look(tx, actor, { owner: userId })
      return outcome
    }),
  )
}

/** What is over counts no longer; this removes it, and the log says when it ended. */
export function createGrantsJob({ db, world, activity }: Ground): Job {
  return {
    name: 'grants.sweep',
    everyMs: 60_000,
    async run() {
      for (;;) {
        const over = await db.transaction(async (tx) => {
          const rows = await deleteEndedGrants(tx, world.now(), 200)
          for (const row of rows) await recordEnd({ activity }, tx, row)
          return rows.length
        })
        if (over < 200) return
      }
    },
  }
}

async function recordEnd(
  { activity }: Pick<Ground, 'activity'>,
  tx: Transaction,
  row: GrantRow,
): Promise<void> {
  await activity.record(tx, operator, 'user.end_grant', user(row.user_id), { details: detailsOf(row) })
}

/** All of it, so that the log alone can tell what somebody could do at a moment: see history.ts. */
function detailsOf({ id, kind, permission, reason, created_by, created_at, until }: GrantRow): Details {
  return { grant: id, kind, permission, reason, created_by, created_at, until }
}

/** The grant or denial that an event tells of; undefined for an event of an older form. */
export function grantOf(userId: string, details: Details): GrantRow | undefined {
  const { grant: id, kind, permission, reason, created_by, created_at, until } = details
  if (typeof id !== 'string' || typeof permission !== 'string' || typeof created_at !== 'number')
    return undefined
  if (kind !== 'grant' && kind !== 'denial') return undefined
  return {
    id,
    user_id: userId,
    kind,
    permission: permission as Permission, // recorded by `grant`, whose permission is one
    reason: String(reason),
    created_by: typeof created_by === 'string' ? created_by : null,
    created_at,
    until: typeof until === 'number' ? until : null,
  }
}
