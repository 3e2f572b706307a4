import type { By } from '../../activity/events.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Identity } from '../../identity.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import type { DeviceParts } from '../devices.ts'
import { deleteDeviceState } from '../shadow/store.ts'
import { findDevice, holdDevice, moveDevice } from '../store.ts'
import { parseUid } from '../uid.ts'
import { demand, demandHeld } from './relations.ts'
import {
  deleteRelations,
  endClaimCodes,
  findClaimCode,
  insertClaimCode,
  upsertRelation,
  useClaimCode,
} from './store.ts'

/** A device that shows a code opens a window of ten minutes; a code printed by the maker waits for its buyer. */
const windowMs = 10 * 60 * 1000
const printedLifeMs = 5 * 365 * 24 * 60 * 60 * 1000

/**
 * Make the secret by which somebody becomes the owner: asked for by the device itself, which shows it, or by
 * the maker, who prints it. A newer code ends the older ones.
 */
export async function createClaimCode(
  { db, world, activity }: DeviceParts,
  uid: string,
  issuer: 'device' | 'maker',
  by: By,
): Promise<{ code: string; expiresAt: number }> {
  const code = newSecret('claim', world)
  const now = world.now()
  const expiresAt = now + (issuer === 'device' ? windowMs : printedLifeMs)
  await db.transaction(async (tx) => {
    const device = await findDevice(tx, uid)
    if (!device) throw new Refusal('device_not_found', 'no such device')
    const claimable = await moveDevice(tx, uid, ['manufactured', 'claimable'], 'claimable', null)
    if (!claimable) throw new Refusal('device_bound', 'this device has an owner; they give it up first')
    await endClaimCodes(tx, uid, now)
    await insertClaimCode(tx, {
      secretHash: hashSecret(code),
      uid,
      issuedByDevice: issuer === 'device',
      createdAt: now,
      expiresAt,
    })
    await activity.record(tx, {
      ...by,
      event: 'device.claim_code',
      outcome: 'success',
      target: uid,
      targetKind: 'device',
    })
  })
  return { code, expiresAt }
}

/**
 * Become the owner of a device. The code is proof that somebody let us see it, and the device must be with us:
 * it made the code itself within the window, or it is connected now, with its key.
 * @throws {Refusal} `claim_invalid` alike for a wrong code, a wrong uid and a bound device; `device_unconfirmed`
 */
export async function claim(
  parts: DeviceParts & { readonly isOnline: (uid: string) => boolean },
  caller: Identity,
  { uid: written, code }: { uid: string; code: string },
  by: By,
): Promise<string> {
  const { db, world, activity, isOnline } = parts
  const uid = parseUid(written)
  const hash = hashSecret(code)
  const found =
    uid !== undefined && isSecret('claim', code) ? await findClaimCode(db, hash, uid, world.now()) : undefined
  if (uid === undefined || !found) {
    await activity.recordAlone({
      ...by,
      event: 'device.bind',
      outcome: 'refused',
      reason: 'claim_invalid',
      target: uid,
      targetKind: 'device',
    })
    throw notValid()
  }
  if (!found.issuedByDevice && !isOnline(uid)) {
    throw new Refusal('device_unconfirmed', 'switch the device on and let it connect, then claim it')
  }
  try {
    await db.transaction(async (tx) => {
      const now = world.now()
      await holdDevice(tx, uid)
      if (!(await useClaimCode(tx, hash, uid, now))) throw notValid()
      if (!(await moveDevice(tx, uid, ['claimable', 'claimable'], 'bound', now))) throw notValid()
      await upsertRelation(tx, {
        uid,
        subject: caller.subject,
        relation: 'owner',
        granted_by: caller.subject,
        created_at: now,
        until: null,
      })
      await endClaimCodes(tx, uid, now)
      await activity.record(tx, {
        ...by,
        event: 'device.bind',
        outcome: 'success',
        target: uid,
        targetKind: 'device',
      })
    })
  } catch (error) {
    // One owner a device is an index of the database.
    if (isUniqueViolation(error)) throw notValid()
    throw error
  }
  return uid
}

/** Give a device up: every relation ends at once, and the next owner needs a new code. */
export async function unbind(
  parts: DeviceParts & {
    readonly relationChanged: (uid: string, subjects: readonly string[]) => Promise<void>
  },
  owner: Identity,
  uid: string,
  by: By,
): Promise<void> {
  await demand(parts, owner, uid, 'own')
  const subjects = await parts.db.transaction(async (tx) => {
    await demandHeld(tx, parts.world, owner, uid, 'own')
    if (!(await moveDevice(tx, uid, ['bound', 'suspended'], 'manufactured', null))) {
      throw new Refusal('device_not_bound', 'the device has no owner')
    }
    const bound = await deleteRelations(tx, uid)
    await endClaimCodes(tx, uid, parts.world.now())
    await deleteDeviceState(tx, uid)
    await parts.activity.record(tx, {
      ...by,
      event: 'device.unbind',
      outcome: 'success',
      target: uid,
      targetKind: 'device',
    })
    return bound
  })
  await parts.relationChanged(uid, subjects)
}

function notValid(): Refusal {
  return new Refusal('claim_invalid', 'this code does not fit this device, was used, or is over')
}
