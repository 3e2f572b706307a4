import { isPermission, type Permission, permissionNames } from '../permissions.ts'
import { type Deed, type DeviceAction, deviceActions, type Holder } from './decide.ts'
import type { AccessGround, ListIds } from './ground.ts'

/** A kind of subject: people, services, devices. */
export interface SubjectKind {
  find(id: string): Promise<Holder | undefined>
  /** Those that may have a permission. */
  mayHold(permission: Permission, after: string, limit: number): Promise<readonly string[]>
}

/** A kind of resource. */
export interface ResourceKind {
  /** What may be done with one: permissions, and actions on a device. */
  readonly actions: readonly string[]
  /** What whoever changes it must hold; undefined where there is none of this id. */
  reachOf(id: string): Promise<readonly Permission[] | undefined>
  readonly ids: ListIds
}

/** The id of a resource of which there is one. */
const theOnly = 'latchkey'

export function subjectKinds({ people, services, devices }: AccessGround): ReadonlyMap<string, SubjectKind> {
  return kindsOf<SubjectKind>({
    user: { find: people.holderOf, mayHold: people.mayHold },
    service: {
      async find(id) {
        const service = await services.find(id)
        if (!service) return undefined
        const ruled = service.scopes.map((permission) => ({
          ...{ permission, allowed: true },
          rules: [{ kind: 'service' }] as const,
        }))
        return { isEnabled: service.isEnabled, ruled }
      },
      mayHold: (_permission, after, limit) => services.ids(after, limit),
    },
    // A device acts for itself alone: it holds no permission.
    device: {
      find: async (uid) => ((await devices.has(uid)) ? { isEnabled: true, ruled: [] } : undefined),
      mayHold: async () => [],
    },
  })
}

export function resourceKinds(ground: AccessGround): ReadonlyMap<string, ResourceKind> {
  const { people, services, devices, keyIds } = ground
  const noReach = (exists: boolean) => (exists ? [] : undefined)
  const one = (actions: readonly Permission[]): ResourceKind => ({
    actions,
    reachOf: async (id) => noReach(id === theOnly),
    ids: listed(async () => [theOnly]),
  })
  return kindsOf<ResourceKind>({
    server: one(permissionNames),
    activity_log: one(['activity:read']),
    user: {
      actions: ['users:read', 'users:write', 'users:data', 'users:act-as'],
      reachOf: people.reachOf,
      ids: people.ids,
    },
    user_type: {
      actions: ['users:read', 'user-types:write'],
      reachOf: people.typeReachOf,
      ids: listed(people.typeNames),
    },
    service: {
      actions: ['services:read', 'services:write'],
      reachOf: async (id) => (await services.find(id))?.scopes,
      ids: services.ids,
    },
    signing_key: {
      actions: ['keys:read', 'keys:write'],
      reachOf: async (kid) => noReach(keyIds().includes(kid)),
      ids: listed(async () => keyIds()),
    },
    device: {
      actions: [...deviceActions, 'devices:read', 'devices:write'],
      reachOf: async (uid) => noReach(await devices.has(uid)),
      ids: devices.uids,
    },
  })
}

const kindsOf = <Kind>(kinds: Readonly<Record<string, Kind>>): ReadonlyMap<string, Kind> =>
  new Map(Object.entries(kinds))

/** The actions that change the resource, and so need what it holds. */
const changes: readonly string[] = [
  'users:write',
  'user-types:write',
  'services:write',
] satisfies Permission[]

/** What an action on a resource comes to; undefined where the kind has no such action. */
export function deedOf(
  { actions }: ResourceKind,
  action: string,
  resource: { readonly id: string; readonly reach: readonly Permission[] },
): Deed | undefined {
  if (!actions.includes(action)) return undefined
  if (isPermission(action))
    return { permission: action, over: changes.includes(action) ? resource.reach : [] }
  return { action: action as DeviceAction, uid: resource.id } // the kinds list these two alone
}

/** Of a list that is there whole, in the order of its text. */
function listed(all: () => Promise<readonly string[]>): ListIds {
  return async (after, limit) => pageOfNames(await all(), after, limit)
}

export function pageOfNames(names: readonly string[], after: string, limit: number): readonly string[] {
  return names
    .toSorted()
    .filter((name) => name > after)
    .slice(0, limit)
}
