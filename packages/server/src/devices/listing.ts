import { detailsInForce } from '../authorization-details.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Caller } from '../identity.ts'
import { holds } from '../permissions.ts'
import type { Relation } from './relations/store.ts'
import { type DeviceRow, findDevices, findDevicesOf } from './store.ts'

interface Asked {
  /** All devices, rather than those that the caller is related to. */
  readonly all: boolean
  /** The uid of the last device of the page before; empty for the first page. */
  readonly after: string
  readonly limit: number
}

/**
 * The devices that somebody is related to, with the relation; or all there are.
 * @throws {Refusal} `permission_missing` for all of them without `devices:read`
 */
export async function listDevices(
  { db, world }: Ground,
  { identity }: Caller,
  { all, after, limit }: Asked,
): Promise<readonly (DeviceRow & { readonly relation?: Relation })[]> {
  const { subject, details } = identity
  const now = world.now()
  // An application that was let use some devices does not learn of the others.
  const among = details && detailsInForce(details, now).map(({ identifier }) => identifier)
  if (!all) return findDevicesOf(db, subject, now, { after, limit, among })
  const permission = 'devices:read'
  if (holds(identity, permission)) return findDevices(db, after, limit)
  throw new Refusal('permission_missing', `this needs the permission ${permission}`, { missing: permission })
}
