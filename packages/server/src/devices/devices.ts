import type { Activity } from '../activity/activity.ts'
import type { By } from '../activity/events.ts'
import type { Database } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { World } from '../world.ts'
import { addKey, type DevicePublicKey } from './keys/keys.ts'
import { type DeviceRow, insertDevice } from './store.ts'
import { newUid, parseUid } from './uid.ts'

export interface DeviceParts {
  readonly db: Database
  readonly world: World
  readonly activity: Activity
}

export interface NewDevice {
  readonly name: string
  readonly product: string
  /** Chosen by the maker, who printed it already; ours otherwise. */
  readonly uid?: string | undefined
  readonly key: DevicePublicKey
}

/** Register a device with the public half of a key that it made itself. */
export async function registerDevice(parts: DeviceParts, device: NewDevice, by: By): Promise<DeviceRow> {
  const { db, world, activity } = parts
  const uid = device.uid === undefined ? newUid(device.product, world) : parseUid(device.uid)
  if (uid === undefined) {
    const fault = { field: '/uid', reason: 'must be a uid: 21 characters, the last of them right' }
    throw new Refusal('request_invalid', 'the body is not as it should be', { faults: [fault] })
  }
  const row: DeviceRow = {
    uid,
    name: device.name,
    product: device.product,
    state: 'manufactured',
    created_by: by.subject ?? 'command-line',
    created_at: world.now(),
    bound_at: null,
    last_seen_at: null,
  }
  try {
    await db.transaction(async (tx) => {
      await insertDevice(tx, row)
      await addKey(tx, parts, uid, device.key)
      await activity.record(tx, {
        ...by,
        event: 'device.register',
        outcome: 'success',
        target: uid,
        targetKind: 'device',
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('device_exists', 'a device of this uid is registered')
    throw error
  }
  return row
}
