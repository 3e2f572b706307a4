import { device } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { operator } from '../../identity.ts'
import type { DeviceGround } from '../ground.ts'
import { deleteDeviceState } from '../shadow/store.ts'
import { holdDevice, moveDevice } from '../store.ts'
import { endDeviceTokens } from '../tokens.ts'
import { deleteRelation, deleteRelations, findRelationsOf } from './store.ts'

/**
 * Give up every device that somebody owns, as they would themselves, and end what others have shared with them: the person is
 * deleted. The number of devices that were given up.
 */
export async function giveUpAll(ground: DeviceGround, tx: Transaction, subject: string): Promise<number> {
  const { activity, rights } = ground
  const ended = new Set<string>([subject])
  let count = 0
  // In one order, so that two people who share with each other do not wait for each other.
  for (const { uid, relation } of await findRelationsOf(tx, subject)) {
    await holdDevice(tx, uid)
    if (relation === 'owner' && (await moveDevice(tx, uid, ['bound', 'suspended'], 'manufactured', null))) {
      for (const one of await deleteRelations(tx, uid)) ended.add(one)
      await deleteDeviceState(tx, uid)
      await endDeviceTokens(ground, tx, uid)
      await activity.record(tx, operator, 'device.unbind', device(uid))
      count += 1
    } else if (await deleteRelation(tx, uid, subject)) {
      const details = { shared_with: subject }
      await activity.record(tx, operator, 'device.unshare', device(uid), { details })
    }
  }
  await rights.ended(tx, [...ended])
  return count
}
