import { device } from '../activity/events.ts'
import { unlessTaken } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { requireVisible } from '../text.ts'
import { addKey, type DevicePublicKey } from './keys/keys.ts'
import { type DeviceRow, insertDevice } from './store.ts'
import { newUid, parseUid } from './uid.ts'

export interface NewDevice {
  readonly name: string
  readonly product: string
  /** A uid that the maker has printed already; a new one by default. */
  readonly uid?: string | undefined
  readonly key: DevicePublicKey
}

/** Register a device with the public key of a key pair that it generated. */
export async function registerDevice(ground: Ground, actor: Actor, given: NewDevice): Promise<DeviceRow> {
  const { db, world, activity } = ground
  requireVisible('name', given.name, 100)
  requireVisible('product', given.product, 40)
  const uid = given.uid === undefined ? newUid(given.product, world) : parseUid(given.uid)
  if (uid === undefined) {
    const fault = { field: '/uid', reason: 'must be a uid: 21 characters, the last of them right' }
    throw new Refusal('request_invalid', 'the body is not as it should be', { faults: [fault] })
  }
  const row: DeviceRow = {
    uid,
    name: given.name,
    product: given.product,
    state: 'manufactured',
    created_at: world.now(),
    bound_at: null,
    history_after: null,
    last_seen_at: null,
    tokens_version: 0,
  }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        await insertDevice(tx, row)
        await addKey(tx, ground, uid, given.key)
        await activity.record(tx, actor, 'device.register', device(uid))
      }),
    () => new Refusal('device_exists', 'a device of this uid is registered'),
  )
  return row
}
