import type { Activity } from '../../activity/activity.ts'
import type { By } from '../../activity/events.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import { firstUserTypes } from '../../permissions.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { endAllSessions } from '../../sessions/end.ts'
import type { Revocations } from '../../tokens/revocations.ts'
import type { World } from '../../world.ts'
import { endInvitations } from '../invitations/store.ts'
import {
  findUser,
  findUserType,
  findUserTypes,
  insertUser,
  insertUserType,
  insertUserTypeIfMissing,
  setDisabled,
  type UserRow,
  type UserTypeRow,
} from './store.ts'

export interface AccountParts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  readonly revocations: Revocations
}

export interface NewUser {
  readonly username: string
  readonly displayName?: string | undefined
  readonly userType: string
}

/** Names that look the same are the same: Unicode NFKC, and case does not count. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** What looks like nothing, or cannot be seen at all, is no name: control, format and blank-only text. */
function isUsername(username: string): boolean {
  const key = usernameKey(username)
  return key !== '' && key === key.trim() && username.length <= 200 && !/[\p{C}\u2028\u2029]/u.test(username)
}

/** Create a user who has no password yet: an invitation or the command line gives one. */
export async function createUser(
  parts: AccountParts,
  user: NewUser,
  by: By,
  passwordHash: string | null = null,
): Promise<UserRow> {
  const { db, world, activity } = parts
  if (!isUsername(user.username)) {
    throw new Refusal(
      'request_invalid',
      'a user name has 1 to 200 visible characters, and no blank at its ends',
    )
  }
  const row: UserRow = {
    id: newIdentifier('usr', world),
    username: user.username,
    username_key: usernameKey(user.username),
    display_name: user.displayName ?? null,
    user_type: user.userType,
    password_hash: passwordHash,
    created_at: world.now(),
    last_sign_in_at: null,
    disabled_at: null,
  }
  try {
    await db.transaction(async (tx) => {
      if (!(await findUserType(tx, user.userType)))
        throw new Refusal('user_type_unknown', 'there is no user type of this name')
      await insertUser(tx, row)
      await activity.record(tx, {
        ...by,
        event: 'user.create',
        outcome: 'success',
        target: row.id,
        targetKind: 'user',
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('user_exists', 'a user of this name exists')
    throw error
  }
  return row
}

/** Disable a user: no sign-in, every session ended, every token revoked. */
export async function disableUser(parts: AccountParts, id: string, by: By): Promise<void> {
  const { db, world, activity, revocations } = parts
  await db.transaction(async (tx) => {
    if (!(await findUser(tx, id))) throw new Refusal('user_not_found', 'no such user')
    if (!(await setDisabled(tx, id, world.now()))) return
    await endInvitations(tx, id, world.now())
    await endAllSessions(parts, tx, id, 'user_disabled', by)
    await revocations.revoke(tx, 'subject', id)
    await activity.record(tx, {
      ...by,
      event: 'user.disable',
      outcome: 'success',
      target: id,
      targetKind: 'user',
    })
  })
}

/** Undo {@link disableUser}. Sessions do not come back. */
export async function enableUser({ db, activity }: AccountParts, id: string, by: By): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await findUser(tx, id))) throw new Refusal('user_not_found', 'no such user')
    if (!(await setDisabled(tx, id, null))) return
    await activity.record(tx, {
      ...by,
      event: 'user.enable',
      outcome: 'success',
      target: id,
      targetKind: 'user',
    })
  })
}

export async function createUserType(
  { db, world, activity }: AccountParts,
  type: { name: string; description: string; permissions: readonly string[] },
  by: By,
): Promise<UserTypeRow> {
  const row = {
    ...type,
    permissions: [...new Set(type.permissions)].sort().join(' '),
    created_at: world.now(),
  }
  try {
    await db.transaction(async (tx) => {
      await insertUserType(tx, row)
      await activity.record(tx, {
        ...by,
        event: 'user_type.create',
        outcome: 'success',
        target: row.name,
        targetKind: 'user_type',
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('user_type_exists', 'a user type of this name exists')
    throw error
  }
  return row
}

/** Give a new database its user types. */
export async function ensureUserTypes(tx: Transaction, now: number): Promise<void> {
  if ((await findUserTypes(tx)).length > 0) return
  for (const { name, description, permissions } of firstUserTypes) {
    await insertUserTypeIfMissing(tx, {
      name,
      description,
      permissions: permissions.join(' '),
      created_at: now,
    })
  }
}
