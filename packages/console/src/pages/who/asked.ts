import { withQuery } from '../../api/query.ts'
import { permissionNames } from '../../words/permissions.ts'

export const deviceActions = ['view', 'control', 'own'] as const
type DeviceAction = (typeof deviceActions)[number]
type PermissionName = (typeof permissionNames)[number]

/** Who may is asked. */
export type AskedHolders =
  | { readonly permission: PermissionName }
  | { readonly device: string; readonly action: DeviceAction }

/** What a person may is asked. */
export type AskedPerson = { readonly username: string } | { readonly subject: string }

export type Asked = AskedHolders | AskedPerson

export function isOfPerson(asked: Asked): asked is AskedPerson {
  return 'username' in asked || 'subject' in asked
}

/** What the address asks; undefined for nothing yet. */
export function askedIn(query: URLSearchParams): Asked | undefined {
  const permission = permissionNames.find((name) => name === query.get('permission'))
  if (permission) return { permission }
  const device = query.get('device')
  if (device) {
    return { device, action: deviceActions.find((name) => name === query.get('action')) ?? 'view' }
  }
  const username = query.get('username')
  if (username) return { username }
  const subject = query.get('subject')
  return subject ? { subject } : undefined
}

/** The address of a question, so that it can be bookmarked and sent to somebody. */
export function askedAddress(asked: Asked): string {
  return withQuery('#/who', { ...asked })
}
