import { user } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { IfVersions } from '../../http/if-match.ts'
import type { Actor } from '../../identity.ts'
import { authorizeOver } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { endAllSessions, endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import { isVisible, requireVisible } from '../../text.ts'
import type { World } from '../../world.ts'
import { type GivenValues, storeValues } from '../attributes/values.ts'
import type { UsersGround } from '../ground.ts'
import { endInvitations } from '../invitations/store.ts'
import { keepAdministrator } from '../permissions/administrators.ts'
import { type Minted, mintedFor, reachOf } from '../permissions/effective.ts'
import { endRecoveries } from '../recovery/store.ts'
import { makeSearchable } from '../search/searchable.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import { holdUserType } from '../user-types/store.ts'
import { skeletonOf } from './look-alikes.ts'
import { requireUser } from './require-user.ts'
import {
  findUser,
  insertUser,
  noteSignIn,
  setDisabled,
  setDisplayName,
  setUserType,
  type UserRow,
  type UserWithPermissions,
} from './store.ts'
import { usernameKey } from './username-key.ts'

export interface NewUser {
  readonly username: string
  readonly displayName?: string | undefined
  readonly userType: string
  /** Those that are required must be among them; undefined where nobody is asked for any. */
  readonly attributes?: GivenValues | undefined
  /** Whether every kind of attribute may be written as text. */
  readonly isText?: boolean
}

/** Also as what it is compared by: a compatibility character may become a blank or a mark. */
function isUsername(username: string): boolean {
  const key = usernameKey(username)
  return username.length <= 200 && isVisible(username) && isVisible(key) && key === key.trim()
}

/**
 * The row of a new user, who is not stored yet.
 * @throws {Refusal} `request_invalid` for a name that nobody may have
 */
export function newUserRow(world: World, { username, displayName, userType }: NewUser): UserRow {
  if (!isUsername(username)) {
    throw new Refusal(
      'request_invalid',
      'a user name has 1 to 200 visible characters, and no blank at its ends',
    )
  }
  if (displayName !== undefined) requireVisible('display_name', displayName, 200)
  return {
    id: newIdentifier('usr', world),
    username,
    username_key: usernameKey(username),
    username_skeleton: skeletonOf(username),
    display_name: displayName ?? null,
    user_type: userType,
    password_hash: null,
    created_at: world.now(),
    last_sign_in_at: null,
    disabled_at: null,
    permissions_version: 0,
    version: 0,
    delete_at: null,
  }
}

/**
 * Create a user who has no password yet: an invitation or the command line gives one.
 * @throws {Refusal} `user_type_unknown`, `user_exists`; `request_invalid` for attributes that are wrong or missing; `permission_missing` for a type that permits what the actor may not
 */
export async function createUser(
  { db, world, activity }: Ground,
  actor: Actor,
  given: NewUser,
  passwordHash: string | null = null,
): Promise<UserRow> {
  const row: UserRow = { ...newUserRow(world, given), password_hash: passwordHash }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        const type = await holdUserType(tx, row.user_type)
        if (!type) throw new Refusal('user_type_unknown', 'there is no user type of this name')
        authorizeOver(actor, type.permissions)
        await insertUser(tx, row)
        const { attributes, isText = false } = given
        if (attributes) await storeValues(tx, row.id, attributes, { isText })
        await makeSearchable(tx, row.id)
        await activity.record(tx, actor, 'user.create', user(row.id))
      }),
    () => new Refusal('user_exists', 'a user of this name exists'),
  )
  return row
}

/**
 * Find a user whom the actor is about to change, and authorize the change.
 * @throws {Refusal} `user_not_found`; `permission_missing` for a user with permissions that the actor lacks
 */
export async function findToChange(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: number,
): Promise<UserWithPermissions> {
  const found = await requireUser(tx, id)
  authorizeOver(actor, reachOf(found, now))
  return found
}

/**
 * Disable a user: no sign-in, every session ended, every token of them revoked. Sessions that begin after the account was
 * enabled again are others.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `last_administrator`
 */
export async function disableUser(ground: UsersGround, actor: Actor, id: string): Promise<void> {
  const { db, world } = ground
  await db.transaction((tx) =>
    // At least one administrator must remain who can undo this.
    keepAdministrator(tx, world.now(), async () => {
      await findToChange(tx, actor, id, world.now())
      await disable(ground, tx, actor, id)
    }),
  )
}

/** Disable a user inside a transaction that has authorized it. */
export async function disable(ground: UsersGround, tx: Transaction, actor: Actor, id: string): Promise<void> {
  const now = ground.world.now()
  if (!(await setDisabled(tx, id, now))) return
  await endInvitations(tx, id, now)
  await endRecoveries(tx, id, now)
  await endAllSessions(ground, tx, id, 'user_disabled', actor)
  await ground.apiKeys.look(tx, actor, { owner: id })
  await ground.activity.record(tx, actor, 'user.disable', user(id))
}

export interface UserChange {
  /** Null takes it away. */
  readonly displayName?: string | null | undefined
  readonly userType?: string | undefined
}

/**
 * Change the name that a user is shown by, or their type. Another type ends every session of the user, whose tokens say what
 * the old one permits. `ifVersions`: only if the user is as in one of these versions.
 * @throws {Refusal} `user_not_found`, `user_type_unknown`, `permission_missing`, `last_administrator`, `precondition_failed`
 */
export async function updateUser(
  ground: UsersGround,
  actor: Actor,
  id: string,
  { displayName, userType }: UserChange,
  ifVersions?: IfVersions,
): Promise<UserWithPermissions> {
  const { db, world, activity } = ground
  const now = world.now()
  if (typeof displayName === 'string') requireVisible('display_name', displayName, 200)
  const change = async (tx: Transaction) => {
    const before = await findToChange(tx, actor, id, now)
    if (ifVersions && !ifVersions.includes(before.version)) {
      throw new Refusal('precondition_failed', 'the user has changed meanwhile; read them again')
    }
    if (displayName !== undefined && displayName !== before.display_name) {
      await setDisplayName(tx, id, displayName)
      await makeSearchable(tx, id)
    }
    if (userType !== undefined && userType !== before.user_type) {
      const type = await holdUserType(tx, userType)
      if (!type) throw new Refusal('user_type_unknown', 'there is no user type of this name')
      authorizeOver(actor, type.permissions)
      await setUserType(tx, id, userType)
      await endAllSessions(ground, tx, id, 'user_type_changed', actor)
      await ground.apiKeys.look(tx, actor, { owner: id })
    }
    const changed = (await findUser(tx, id))! // locked above
    const details = {
      ...(changed.user_type !== before.user_type && { from: before.user_type, to: changed.user_type }),
      ...(changed.display_name !== before.display_name && { display_name: true }),
    }
    if (Object.keys(details).length > 0)
      await activity.record(tx, actor, 'user.update', user(id), { details })
    return changed
  }
  return db.transaction((tx) => keepAdministrator(tx, now, () => change(tx)))
}

/** What a person is called, which their password may not consist of. */
export function namesOf({ username, display_name }: UserRow): readonly string[] {
  return display_name === null ? [username] : [username, display_name]
}

/** Wrong passwords for an account count from the beginning again. */
export async function unlockUser(
  { db, world, activity, attempts }: Ground & { readonly attempts: Attempts },
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    await attempts.unlock(tx, await findToChange(tx, actor, id, world.now()))
    await activity.record(tx, actor, 'user.unlock', user(id))
  })
}

/** Record the sign-in of a user and lock the account until the transaction ends. Undefined for one who may not sign in. */
export async function lockForSignIn(
  tx: Transaction,
  id: string,
  now: number,
): Promise<(UserWithPermissions & Minted) | undefined> {
  const found = (await noteSignIn(tx, id, now)) ? await findUser(tx, id) : undefined
  return found && { ...found, ...mintedFor(found, now) }
}

/** Undo {@link disableUser}. Sessions do not come back. @throws {Refusal} `deletion_scheduled`: nobody signs in to what will be gone */
export async function enableUser({ db, world, activity }: Ground, actor: Actor, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { delete_at } = await findToChange(tx, actor, id, world.now())
    if (delete_at !== null) {
      throw new Refusal('deletion_scheduled', 'this account is going to be deleted; keep it first')
    }
    if (!(await setDisabled(tx, id, null))) return
    await activity.record(tx, actor, 'user.enable', user(id))
  })
}

/** End every session of a user. @throws {Refusal} `user_not_found`, `permission_missing` */
export async function endSessionsOf(ground: UsersGround, actor: Actor, id: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    await findToChange(tx, actor, id, ground.world.now())
    await endAllSessions(ground, tx, id, 'ended_by_administrator', actor)
  })
}

/** End one session of a user. */
export async function endSessionOf(
  ground: UsersGround,
  actor: Actor,
  id: string,
  sessionId: string,
): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const session = await findSession(tx, sessionId)
    if (session?.user_id !== id) throw new Refusal('session_not_found', 'no such session of this user')
    await findToChange(tx, actor, id, ground.world.now())
    await endSession(ground, tx, sessionId, 'ended_by_administrator', actor)
  })
}
