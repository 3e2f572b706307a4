import { userType } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { IfVersions } from '../../http/if-match.ts'
import { type Actor, operator } from '../../identity.ts'
import {
  authorizeOver,
  firstUserTypes,
  isPermission,
  listed,
  type Permission,
  permissionNames,
} from '../../permissions.ts'
import { requireVisible } from '../../text.ts'
import { wholeText } from '../../whole-text.ts'
import type { UsersGround } from '../ground.ts'
import { greatestTypes, keepAdministrator } from '../permissions/administrators.ts'
import { reachOfType } from '../permissions/holders.ts'
import {
  findKnownPermissions,
  insertKnownPermission,
  insertTypeMoves,
  takeVersion,
} from '../permissions/store.ts'
import { hasUsersOfType, moveUsers } from '../users/store.ts'
import { keepHarmless } from './sign-in-rule.ts'
import {
  copyRules,
  deleteUserType,
  findUserTypes,
  holdUserType,
  insertUserType,
  insertUserTypeIfMissing,
  moveScopes,
  type UserTypeRow,
  updateUserType,
} from './store.ts'

/** The name of a user type, which stands in tokens, URLs and SQL alike. */
export const userTypeName = wholeText(/[a-z][a-z0-9-]{0,39}/)

/** @throws {Refusal} `user_type_exists`; `permission_missing` for permissions that the actor does not hold */
export async function createUserType(
  { db, world, activity }: Ground,
  actor: Actor,
  type: { name: string; description: string; permissions: readonly Permission[] },
): Promise<UserTypeRow> {
  requireName(type.name)
  authorizeOver(actor, type.permissions)
  requireDescription(type.description)
  const permissions = sorted(type.permissions)
  return unlessTaken(
    () =>
      db.transaction(async (tx) => {
        const version = await takeVersion(tx)
        const row = {
          ...type,
          permissions,
          created_at: world.now(),
          version,
          permissions_version: version,
        }
        await insertUserType(tx, row)
        const details = { permissions: listed(permissions) }
        await activity.record(tx, actor, 'user_type.create', userType(row.name), { details })
        return row
      }),
    taken,
  )
}

export interface UserTypeChange {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly permissions?: readonly Permission[] | undefined
}

/**
 * Change a user type. With another name or other permissions, every token of its users is refused from now on, and the next
 * refresh of their sessions gives one that says what is true. `ifVersions`: only if it is as in one of these versions.
 * @throws {Refusal} `user_type_not_found`, `user_type_exists`, `permission_missing`, `last_administrator`, `precondition_failed`,
 * `user_type_privileged` for one in which a stranger may make an account
 */
export async function changeUserType(
  ground: UsersGround,
  actor: Actor,
  name: string,
  change: UserTypeChange,
  ifVersions?: IfVersions,
): Promise<UserTypeRow> {
  const { db, world, activity, revocations, apiKeys } = ground
  if (change.name !== undefined) requireName(change.name)
  if (change.description !== undefined) requireDescription(change.description)
  const make = async (tx: Transaction, version: number) => {
    const before = await findTypeToChange(tx, actor, name, world.now(), ifVersions)
    const after = {
      ...before,
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      permissions: change.permissions ? sorted(change.permissions) : before.permissions,
    }
    authorizeOver(actor, after.permissions)
    await keepHarmless(tx, before.name, after.permissions)
    const isRenamed = after.name !== before.name
    const permits = listed(after.permissions) !== listed(before.permissions)
    if (!isRenamed && !permits && after.description === before.description) return before
    const row = {
      ...after,
      version,
      permissions_version: isRenamed || permits ? version : before.permissions_version,
    }
    if (isRenamed) {
      await insertUserType(tx, row)
      await copyRules(tx, before.name, row.name)
      await moveScopes(tx, before.name, row.name)
      await moveUsers(tx, before.name, row.name)
      await deleteUserType(tx, before.name)
      const details = { from: before.name, to: row.name }
      await activity.record(tx, actor, 'user_type.rename', userType(row.name), { details })
    } else await updateUserType(tx, row)
    if (permits || after.description !== before.description) {
      const details = {
        ...(permits && { before: listed(before.permissions), after: listed(after.permissions) }),
        ...(after.description !== before.description && { description: true }),
      }
      await activity.record(tx, actor, 'user_type.change', userType(row.name), { details })
    }
    if (isRenamed || permits) {
      await revocations.revoke(tx, 'permissions', versionOf(before))
      await apiKeys.look(tx, actor, { userType: before.name })
    }
    return row
  }
  return unlessTaken(
    () => db.transaction((tx) => keepAdministrator(tx, world.now(), (version) => make(tx, version))),
    taken,
  )
}

/**
 * Remove a user type. Its users get the replacement, with sessions that go on: their tokens are refused from now on, and the
 * next refresh gives one of the other type.
 * @throws {Refusal} `user_type_not_found`, `user_type_unknown` for the replacement, `user_type_in_use` without one,
 * `permission_missing`, `last_administrator`, `precondition_failed`
 */
export async function removeUserType(
  ground: UsersGround,
  actor: Actor,
  name: string,
  replacement: string | undefined,
  ifVersions?: IfVersions,
): Promise<{ readonly moved: number }> {
  const { db, world, activity, revocations, apiKeys } = ground
  const remove = async (tx: Transaction) => {
    const type = await findTypeToChange(tx, actor, name, world.now(), ifVersions)
    const next = replacement === undefined ? undefined : await holdUserType(tx, replacement)
    if (replacement !== undefined && (!next || replacement === name)) {
      throw new Refusal('user_type_unknown', 'there is no other user type of this name')
    }
    if (next) authorizeOver(actor, next.permissions)
    else if (await hasUsersOfType(tx, name)) {
      throw new Refusal('user_type_in_use', 'there are users of this type; say which type they get')
    }
    const event = await activity.record(tx, actor, 'user_type.remove', userType(name), {
      details: { permissions: listed(type.permissions), ...(next && { replacement: next.name }) },
    })
    let moved = 0
    if (next) {
      await insertTypeMoves(tx, name, event)
      moved = await moveUsers(tx, name, next.name)
    }
    await deleteUserType(tx, name)
    await revocations.revoke(tx, 'permissions', versionOf(type))
    await apiKeys.look(tx, actor, { userType: name })
    return { moved }
  }
  return db.transaction((tx) => keepAdministrator(tx, world.now(), () => remove(tx)))
}

/** Whoever changes a type acts on everybody of it, also on those who are granted more. */
async function findTypeToChange(
  tx: Transaction,
  actor: Actor,
  name: string,
  now: number,
  ifVersions: IfVersions,
): Promise<UserTypeRow> {
  const type = await holdUserType(tx, name)
  if (!type) throw new Refusal('user_type_not_found', 'there is no user type of this name')
  authorizeOver(actor, await reachOfType(tx, type, now))
  if (ifVersions && !ifVersions.includes(type.version)) {
    throw new Refusal('precondition_failed', 'the user type has changed meanwhile; read it again')
  }
  return type
}

/** What a revocation of the permissions of a type names. */
function versionOf({ name, permissions_version }: UserTypeRow): string {
  return `${name}.${permissions_version}`
}

/**
 * Insert the first user types into a new database, and give permissions that this version of the server is the first to know to
 * the types that had all permissions there were.
 */
export async function ensureUserTypes({ db, world, activity }: Ground): Promise<void> {
  const unknownTo = (known: readonly string[]) => permissionNames.filter((name) => !known.includes(name))
  const isNew = (await findUserTypes(db)).length === 0
  if (!isNew && unknownTo(await findKnownPermissions(db)).length === 0) return
  await db.transaction(async (tx) => {
    // Asked again once it is held: two processes may start at once.
    const version = await takeVersion(tx)
    const known = await findKnownPermissions(tx)
    const types = await findUserTypes(tx)
    const fresh = unknownTo(known)
    for (const name of fresh) await insertKnownPermission(tx, name)
    if (types.length === 0) {
      for (const type of firstUserTypes) {
        const row = { ...type, created_at: world.now(), version, permissions_version: version }
        await insertUserTypeIfMissing(tx, row)
      }
      return
    }
    const greatest = fresh.length === 0 ? [] : greatestTypes(types, known.filter(isPermission))
    for (const type of greatest) {
      const permissions = sorted([...type.permissions, ...fresh])
      await updateUserType(tx, { ...type, permissions, version, permissions_version: version })
      const details = { before: listed(type.permissions), after: listed(permissions) }
      const more = { reason: 'new_permissions', details } as const
      await activity.record(tx, operator, 'user_type.change', userType(type.name), more)
    }
  })
}

function sorted(permissions: readonly Permission[]): readonly Permission[] {
  return [...new Set(permissions)].sort()
}

function requireName(name: string): void {
  if (userTypeName.test(name)) return
  throw new Refusal('request_invalid', 'the name of a user type is 1 to 40 of a-z, 0-9 and -, a letter first')
}

function requireDescription(description: string): void {
  if (description !== '') requireVisible('description', description, 200)
}

function taken(): Refusal {
  return new Refusal('user_type_exists', 'a user type of this name exists')
}
