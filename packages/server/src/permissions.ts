/** Every permission there is, `resource:action`, and what it allows. */
export const permissions = {
  'users:read': 'see users, user types and sessions',
  'users:write': 'create, invite and disable users, end their sessions',
  'user-types:write': 'create user types',
  'services:read': 'see services',
  'services:write': 'create and disable services',
  'keys:read': 'see the signing keys',
  'keys:write': 'rotate the signing keys',
  'activity:read': 'search and follow the activity log',
  'devices:read': 'see every device',
  'devices:write': 'register devices, and issue their keys and claim codes',
  'devices:bind': 'claim devices, share and give up one’s own',
  'devices:view': 'see telemetry and state of the devices one is bound to',
  'devices:control': 'command the devices one may control',
} as const

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

/** What a new database knows. An operator adds types of their own. */
export const firstUserTypes = [
  { name: 'administrator', description: 'runs this server', permissions: permissionNames },
  {
    name: 'customer',
    description: 'owns and uses devices',
    permissions: ['devices:bind', 'devices:view', 'devices:control'],
  },
] as const
