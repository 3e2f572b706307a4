import type { Reader } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Language } from '../../pages/page.ts'
import type { Permission } from '../../permissions.ts'
import { findPrimary } from '../addresses/store.ts'
import { findUserType, findUserTypes } from '../user-types/store.ts'
import {
  findTypesOfUsers,
  findUser,
  findUserByName,
  findUserIds,
  findUserIdsOfType,
  findUsernames,
} from '../users/store.ts'
import { usernameKey } from '../users/username-key.ts'
import { type Ruled, reachOf, ruledPermissions } from './effective.ts'
import { findGrantedToType, findUserIdsGranted } from './store.ts'

/** A person, and where letters to them go. */
export interface Reachable {
  readonly userId: string
  readonly address: string
  readonly language: Language
}

const mostReachable = 100

/** What is asked about people and user types by those who answer what somebody may do. */
export interface Holders {
  /** What decides about a person now; undefined if there is none. */
  holderOf(id: string): Promise<{ readonly isEnabled: boolean; readonly ruled: readonly Ruled[] } | undefined>
  /** Those who have a permission by their type or a grant, and may be denied it: by id, so many at most. */
  mayHold(permission: Permission, after: string, limit: number): Promise<readonly string[]>
  reachOf(id: string): Promise<readonly Permission[] | undefined>
  /** What a type permits, and what people of it are granted. */
  typeReachOf(name: string): Promise<readonly Permission[] | undefined>
  /** Those who hold a permission, may sign in and have proven an address: the first hundred. */
  reachable(permission: Permission): Promise<readonly Reachable[]>
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** The user types of people, by their ids. */
  typesOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  idNamed(username: string): Promise<string | undefined>
  ids(after: string, limit: number): Promise<readonly string[]>
  typeNames(): Promise<readonly string[]>
}

export function createHolders({ db, world }: Ground): Holders {
  return {
    async holderOf(id) {
      const user = await findUser(db, id)
      return user && { isEnabled: user.disabled_at === null, ruled: ruledPermissions(user, world.now()) }
    },
    mayHold: (permission, after, limit) => mayHold(db, permission, after, limit),
    async reachOf(id) {
      const user = await findUser(db, id)
      return user && reachOf(user, world.now())
    },
    async typeReachOf(name) {
      const type = await findUserType(db, name)
      return type && reachOfType(db, type, world.now())
    },
    async reachable(permission) {
      const found: Reachable[] = []
      for (const userId of await mayHold(db, permission, '', mostReachable)) {
        const user = await findUser(db, userId)
        if (!user || user.disabled_at !== null || !reachOf(user, world.now()).includes(permission)) continue
        const primary = await findPrimary(db, userId)
        if (primary) found.push({ userId, address: primary.address, language: primary.language })
      }
      return found
    },
    namesOf: (ids) => findUsernames(db, ids),
    typesOf: findTypesOfUsers,
    idNamed: async (username) => (await findUserByName(db, usernameKey(username)))?.id,
    ids: (after, limit) => findUserIds(db, after, limit),
    typeNames: async () => (await findUserTypes(db)).map(({ name }) => name),
  }
}

/** What people of a type may do, or what some of them may: whoever changes the type needs all of it. */
export async function reachOfType(
  reader: Reader,
  { name, permissions }: { readonly name: string; readonly permissions: readonly Permission[] },
  now: number,
): Promise<readonly Permission[]> {
  return [...permissions, ...(await findGrantedToType(reader, name, now))]
}

/** One question for each type and one for the grants, each of which an index answers. */
async function mayHold(
  reader: Reader,
  permission: Permission,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const types = (await findUserTypes(reader)).filter(({ permissions }) => permissions.includes(permission))
  const ids = await findUserIdsGranted(reader, permission, after, limit)
  for (const { name } of types) ids.push(...(await findUserIdsOfType(reader, name, after, limit)))
  return [...new Set(ids)].sort().slice(0, limit)
}
