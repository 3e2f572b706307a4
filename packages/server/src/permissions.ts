import { Refusal } from './errors.ts'
import type { Actor, Identity } from './identity.ts'

/** Every permission there is, `resource:action`, and what it allows. A part that needs one adds its row here. */
export const permissions = {
  'users:read': 'see users, user types and sessions',
  'users:write': 'create, invite and disable users, end their sessions',
  'users:data': 'download all that is held about a user who may no more than oneself',
  'users:act-as': 'act as a user who may no more than oneself',
  'user-types:write': 'create user types',
  'attributes:write': 'define the attributes that people may have',
  'api-keys:write': 'make API keys for oneself',
  'permissions:check': 'ask what anybody may do, and why',
  'services:read': 'see services',
  'services:write': 'create and disable services',
  'applications:read': 'see the applications that people sign in to or let act for them',
  'applications:write': 'register, change, disable and remove such applications, with their secrets',
  'apps:read': 'see the apps of other companies that sign people in',
  'apps:write': 'register, change and disable such apps, with their keys and people',
  'providers:read': 'see the providers at which people sign in',
  'providers:write': 'add, change, disable and remove such providers',
  'keys:read': 'see the signing keys, and who fetches them',
  'keys:write': 'rotate and revoke the signing keys',
  'tokens:revoke': 'revoke a token of a user or a service who may no more than oneself',
  'activity:read': 'search and follow the activity log',
  'activity:backup': 'make backups of the activity log',
  'activity:hold': 'keep what the activity log says of somebody, also if they are deleted',
  'alarms:write': 'acknowledge and close alarms, silence them and change their rules',
  'webhooks:write': 'register webhooks, and see and replay what they were sent',
  'jobs:run': 'run background work now',
  'devices:read': 'see every device',
  'devices:write': 'register devices, and issue their keys and claim codes',
  'devices:bind': 'claim devices, share and give up one’s own',
  'devices:view': 'see telemetry and shadow of the devices one is bound to',
  'devices:control': 'command the devices one may control',
} as const

export type Permission = keyof typeof permissions

/**
 * What concerns oneself and devices of one’s own, and nobody else: a type that permits no more may be open to strangers. A key
 * gives nothing that its owner does not have.
 */
export const ownPermissions: readonly Permission[] = [
  'devices:bind',
  'devices:view',
  'devices:control',
  'api-keys:write',
]

/**
 * What no API key has: by it, credentials and rights are made that would outlive the key, and every route for it is closed to
 * keys. So no key has authority over who runs this server.
 */
const neverInKeys: readonly string[] = [
  'users:data',
  'users:act-as',
  'activity:backup',
  'activity:hold',
  'alarms:write',
  'webhooks:write',
  'user-types:write',
  'attributes:write',
  'services:write',
  'applications:write',
  'apps:write',
  'providers:write',
  'keys:write',
] satisfies readonly Permission[]

/** Whether an API key for this server may have this permission. */
export function isForKeys(permission: string): boolean {
  return isPermission(permission) && !neverInKeys.includes(permission)
}

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

/** What a new database knows. An operator adds types of their own. */
export const firstUserTypes: readonly {
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
}[] = [
  { name: 'administrator', description: 'runs this server', permissions: permissionNames },
  {
    name: 'customer',
    description: 'owns and uses devices',
    permissions: ownPermissions,
  },
]

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissions, text)
}

/**
 * The permissions with these names, as an operator typed them.
 * @throws {Error} for a name that is none, with those that there are
 */
export function permissionsNamed(names: readonly string[]): readonly Permission[] {
  const unknown = names.find((name) => !isPermission(name))
  if (unknown !== undefined) {
    throw new Error(`${unknown} is no permission; there are ${permissionNames.join(', ')}`)
  }
  return names.filter(isPermission)
}

/** Permissions as one column holds them. */
export function listed(held: readonly Permission[]): string {
  return held.join(' ')
}

/** The permissions in a column. One that a version before knew, and this one does not, permits nothing. */
export function permissionsIn(column: string): readonly Permission[] {
  return column.split(' ').filter(isPermission)
}

export function holds({ scopes }: Identity, permission: Permission): boolean {
  return scopes.has(permission)
}

/**
 * Nobody gives permissions that they do not hold, and nobody acts on somebody who holds more than they do: on a user
 * type, an account, its invitation, its sessions, a service. Every verb that changes one of these calls this with the
 * permissions that the other holds or is about to get.
 * @throws {Refusal} `permission_missing`
 */
export function authorizeOver(actor: Actor, held: readonly string[]): void {
  if (actor.kind === 'operator') return
  const missing = firstMissing(actor.identity.scopes, held)
  if (missing === undefined) return
  throw new Refusal('permission_missing', 'this concerns permissions that you do not have', { missing })
}

/** The first of these permissions that is not among the others; undefined if all are. */
export function firstMissing<Name extends string>(
  scopes: ReadonlySet<string>,
  held: readonly Name[],
): Name | undefined {
  return held.find((permission) => !scopes.has(permission))
}
