import type { By } from '../../activity/events.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Identity } from '../../identity.ts'
import type { World } from '../../world.ts'
import type { DeviceParts } from '../devices.ts'
import { findDevice, holdDevice } from '../store.ts'
import { deleteRelation, findRelation, type Relation, upsertRelation } from './store.ts'

/** What can be asked of a device. Owning implies controlling implies viewing. */
export type Action = 'view' | 'control' | 'own'

const allows: Record<Relation, readonly Action[]> = {
  owner: ['own', 'control', 'view'],
  controller: ['control', 'view'],
  viewer: ['view'],
}

/** The permission a token must carry for an action: what the type of user may do with devices at all. */
const permissionFor: Record<Action, string> = {
  view: 'devices:view',
  control: 'devices:control',
  own: 'devices:bind',
}

/** Whether this caller may do this with this device: by the token's permission, and by their relation to it. */
export async function mayUse(
  { reader, now }: { reader: Reader; now: number },
  caller: Identity,
  uid: string,
  action: Action,
): Promise<boolean> {
  if (!caller.scopes.has(permissionFor[action])) return false
  const relation = await findRelation(reader, uid, caller.subject, now)
  return relation !== undefined && allows[relation].includes(action)
}

/**
 * Refuse a caller who may not.
 * @throws {Refusal} `device_not_found` for a device that does not exist and for one they have nothing to do
 *   with, so that nobody can find out which uids exist; `permission_missing` for one they may use otherwise.
 */
export async function demand(
  { db, world }: { readonly db: Reader; readonly world: World },
  caller: Identity,
  uid: string,
  action: Action,
): Promise<void> {
  const relation = await findRelation(db, uid, caller.subject, world.now())
  if (relation === undefined) throw new Refusal('device_not_found', 'no such device')
  if (!allows[relation].includes(action)) throw new Refusal('permission_missing', refusals[action])
  if (!caller.scopes.has(permissionFor[action])) {
    throw new Refusal('permission_missing', `this needs the permission ${permissionFor[action]}`)
  }
}

/** Refuse a caller who may not know of this device: one must view it, or see all devices. */
export async function demandSight(
  parts: { readonly db: Reader; readonly world: World },
  caller: Identity,
  uid: string,
): Promise<void> {
  if (!caller.scopes.has('devices:read')) await demand(parts, caller, uid, 'view')
  else if (!(await findDevice(parts.db, uid))) throw new Refusal('device_not_found', 'no such device')
}

/**
 * {@link demand} inside the transaction of what is to be done, with the device held: between the question and the
 * deed nobody gives it up, and nobody else becomes its owner.
 */
export async function demandHeld(
  tx: Transaction,
  world: World,
  caller: Identity,
  uid: string,
  action: Action,
): Promise<void> {
  await holdDevice(tx, uid)
  await demand({ db: tx, world }, caller, uid, action)
}

const refusals: Record<Action, string> = {
  view: 'you may not view this device',
  control: 'you may view this device, not control it',
  own: 'this is for the owner of the device',
}

type ShareParts = DeviceParts & {
  /** Called once a relation has changed: live connections are looked at again, and done when it resolves. */
  readonly relationChanged: (uid: string, subjects: readonly string[]) => Promise<void>
}

/** Let somebody else view or control one's device, until a time if one is given. */
export async function share(
  parts: ShareParts,
  owner: Identity,
  uid: string,
  grant: { subject: string; relation: 'controller' | 'viewer'; until: number | null },
  by: By,
): Promise<void> {
  await demand(parts, owner, uid, 'own')
  const { db, world, activity } = parts
  await db.transaction(async (tx) => {
    await demandHeld(tx, world, owner, uid, 'own')
    const row = { uid, ...grant, granted_by: owner.subject, created_at: world.now() }
    if (!(await upsertRelation(tx, row)))
      throw new Refusal('device_bound', 'this is the owner, who may do everything')
    const details = { shared_with: grant.subject, relation: grant.relation }
    await activity.record(tx, {
      ...by,
      event: 'device.share',
      outcome: 'success',
      target: uid,
      targetKind: 'device',
      details,
    })
  })
  await parts.relationChanged(uid, [grant.subject])
}

/** Take a share back. A person may also give up their own. */
export async function unshare(
  parts: ShareParts,
  caller: Identity,
  uid: string,
  subject: string,
  by: By,
): Promise<void> {
  const action = caller.subject === subject ? 'view' : 'own'
  await demand(parts, caller, uid, action)
  await parts.db.transaction(async (tx) => {
    await demandHeld(tx, parts.world, caller, uid, action)
    if (!(await deleteRelation(tx, uid, subject)))
      throw new Refusal('share_not_found', 'the device is not shared with this person')
    const details = { shared_with: subject }
    await parts.activity.record(tx, {
      ...by,
      event: 'device.unshare',
      outcome: 'success',
      target: uid,
      targetKind: 'device',
      details,
    })
  })
  await parts.relationChanged(uid, [subject])
}
