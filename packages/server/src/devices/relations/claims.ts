import { device, type Who } from '../../activity/events.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor, Caller } from '../../identity.ts'
import { holds } from '../../permissions.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import type { DeviceGround, Live } from '../ground.ts'
import { deleteDeviceState } from '../shadow/store.ts'
import { beginHistory, findDevice, holdDevice, moveDevice } from '../store.ts'
import { endDeviceTokens } from '../tokens.ts'
import { namedDevice, parseUid } from '../uid.ts'
import { authorize, authorizeHeld } from './relations.ts'
import {
  deleteRelations,
  endClaimCodes,
  findClaimCode,
  insertClaimCode,
  upsertRelation,
  useClaimCode,
} from './store.ts'

/** A code that the device shows is valid for ten minutes; one that the maker prints is valid for five years. */
const windowMs = 10 * 60 * 1000
const printedLifeMs = 5 * 365 * 24 * 60 * 60 * 1000

/** Authorize the device itself, or its maker (`devices:write`). */
export function makerOrItself(actor: Actor, uid: string): 'device' | 'maker' {
  if (actor.kind === 'operator') return 'maker'
  const { identity } = actor
  if (identity.kind === 'device' && identity.subject === uid) return 'device'
  if (holds(identity, 'devices:write')) return 'maker'
  throw new Refusal('permission_missing', 'this needs the permission devices:write', {
    missing: 'devices:write',
    refused: { target: namedDevice(uid) },
  })
}

/**
 * Create the code with which a user becomes the owner. It is created by the device itself, which shows it, or by
 * the maker, who prints it. A newer code ends the older ones.
 */
export async function createClaimCode(
  { db, world, activity }: Ground,
  actor: Actor,
  uid: string,
): Promise<{ code: string; expiresAt: number }> {
  const issuer = makerOrItself(actor, uid)
  const code = newSecret('claim', world)
  const now = world.now()
  const expiresAt = now + (issuer === 'device' ? windowMs : printedLifeMs)
  await db.transaction(async (tx) => {
    if (!(await findDevice(tx, uid))) throw new Refusal('device_not_found', 'no such device')
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
    await activity.record(tx, actor, 'device.claim_code', device(uid))
  })
  return { code, expiresAt }
}

/**
 * Become the owner of a device. The code proves access to the device or its label, and the device must be present:
 * it made the code itself within the window, or it is connected now, with its key.
 * @throws {Refusal} `claim_invalid` alike for a wrong code, a wrong uid and a bound device; `device_unconfirmed`
 */
export async function claim(
  { db, world, activity, live }: Ground & { readonly live: Pick<Live, 'isOnline'> },
  caller: Caller,
  { uid: written, code }: { uid: string; code: string },
): Promise<string> {
  const uid = parseUid(written)
  const hash = hashSecret(code)
  if (uid === undefined || !isSecret('claim', code)) throw notValid(uid)
  const found = await findClaimCode(db, hash, uid, world.now())
  if (!found) throw notValid(uid)
  if (!found.issuedByDevice && !live.isOnline(uid)) {
    throw new Refusal('device_unconfirmed', 'switch the device on and let it connect, then claim it')
  }
  await becomeOwner({ db, world, activity }, { uid, hash, subject: caller.identity.subject, who: caller })
  return uid
}

/**
 * Make somebody the owner of a device, by the code that they have shown or typed, which is used up with it.
 * @throws {Refusal} `claim_invalid`
 */
export async function becomeOwner(
  { db, world, activity }: Pick<Ground, 'db' | 'world' | 'activity'>,
  {
    uid,
    hash,
    subject,
    who,
  }: { readonly uid: string; readonly hash: string; readonly subject: string; readonly who: Caller | Who },
): Promise<void> {
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        const now = world.now()
        await holdDevice(tx, uid)
        if (!(await useClaimCode(tx, hash, uid, now))) throw notValid(uid)
        if (!(await moveDevice(tx, uid, ['claimable', 'claimable'], 'bound', now))) throw notValid(uid)
        await beginHistory(tx, uid)
        const owner = {
          uid,
          subject,
          relation: 'owner',
          granted_by: subject,
          created_at: now,
          until: null,
        } as const
        await upsertRelation(tx, owner)
        await activity.record(tx, who, 'device.bind', device(uid))
      }),
    // One owner a device is an index of the database.
    () => notValid(uid),
  )
}

/** Give a device up: every relation ends at once, and the next owner needs a new code. */
export async function unbind(ground: DeviceGround, owner: Caller, uid: string): Promise<void> {
  const { db, world, activity, rights } = ground
  await authorize({ db, world }, owner, uid, 'own')
  await db.transaction(async (tx) => {
    await authorizeHeld(tx, world, owner, uid, 'own')
    if (!(await moveDevice(tx, uid, ['bound', 'suspended'], 'manufactured', null))) {
      throw new Refusal('device_not_bound', 'the device has no owner')
    }
    const bound = await deleteRelations(tx, uid)
    // There is one open claim code of a device at most, binding it used that up, and a bound device gets no other.
    await deleteDeviceState(tx, uid)
    await endDeviceTokens(ground, tx, uid)
    await activity.record(tx, owner, 'device.unbind', device(uid))
    await rights.ended(tx, bound)
  })
  await rights.settled()
}

export function notValid(uid: string | undefined): Refusal {
  return new Refusal('claim_invalid', 'this code does not fit this device, was used, or is over', {
    refused: { event: 'device.bind', target: uid === undefined ? undefined : namedDevice(uid) },
  })
}
