import { device } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { judgeDetails } from '../../authorization-details.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Caller, Identity } from '../../identity.ts'
import { holds, type Permission } from '../../permissions.ts'
import type { World } from '../../world.ts'
import type { DeviceGround, People } from '../ground.ts'
import { type DeviceRow, findDevice, holdDevice } from '../store.ts'
import { namedDevice } from '../uid.ts'
import { deleteRelation, findRelation, type Relation, upsertRelation } from './store.ts'

/** The actions on a device. `own` implies `control`, and `control` implies `view`. */
export type Action = 'view' | 'control' | 'own'

const allows: Record<Relation, readonly Action[]> = {
  owner: ['own', 'control', 'view'],
  controller: ['control', 'view'],
  viewer: ['view'],
}

/** The permission a token must carry for an action: what the type of user may do with devices at all. */
const permissionFor: Record<Action, Permission> = {
  view: 'devices:view',
  control: 'devices:control',
  own: 'devices:bind',
}

interface Asked {
  readonly db: Reader
  readonly world: Pick<World, 'now'>
}

/** Whether somebody may do something with a device, and why not. */
export type Decision =
  | { readonly allowed: true; readonly relation: Relation; readonly permission: Permission }
  /** The device does not exist, or they have nothing to do with it. */
  | { readonly allowed: false; readonly reason: 'not_related' }
  /** The relation allows less. */
  | { readonly allowed: false; readonly reason: 'not_allowed_by_relation'; readonly relation: Relation }
  | {
      readonly allowed: false
      readonly reason: 'permission_missing'
      readonly relation: Relation
      readonly permission: Permission
    }

/** The one decision about devices: by what a subject may do with devices at all, and the relation to this one. */
export async function decide(
  { db, world }: Asked,
  { subject, scopes }: Pick<Identity, 'subject' | 'scopes'>,
  uid: string,
  action: Action,
): Promise<Decision> {
  const relation = await findRelation(db, uid, subject, world.now())
  if (relation === undefined) return { allowed: false, reason: 'not_related' }
  if (!allows[relation].includes(action))
    return { allowed: false, reason: 'not_allowed_by_relation', relation }
  const permission = permissionFor[action]
  if (!scopes.has(permission)) return { allowed: false, reason: 'permission_missing', relation, permission }
  return { allowed: true, relation, permission }
}

/** Whether a caller may do this with the device: by the permissions of the token and the relation to the device. */
export async function mayUse(
  asked: Asked,
  identity: Identity,
  uid: string,
  action: Action,
): Promise<boolean> {
  // Asked for each message of a connection: without the permission there is nothing to look up.
  if (!holds(identity, permissionFor[action])) return false
  if (judgeDetails(identity.details, { uid, action }, asked.world.now()) !== 'granted') return false
  return (await decide(asked, identity, uid, action)).allowed
}

/**
 * Refuse a caller who is not authorized; for a command, to send this one.
 * @throws {Refusal} `device_not_found` for a device that does not exist and for one they have nothing to do
 *   with, so that nobody can find out which uids exist; `permission_missing` for one they may use otherwise.
 */
export async function authorize(
  asked: Asked,
  { identity }: Caller,
  uid: string,
  action: Action,
  method?: string,
): Promise<void> {
  const refused = { target: namedDevice(uid) }
  const limit = judgeDetails(identity.details, { uid, action, method }, asked.world.now())
  if (limit === 'hidden') throw notFound(uid, 'not_granted')
  const decision = await decide(asked, identity, uid, action)
  if (decision.allowed && limit === 'granted') return
  if (decision.allowed) {
    throw new Refusal('permission_missing', 'this application was not let do that with this device', {
      ...{ reason: 'not_granted', refused },
    })
  }
  switch (decision.reason) {
    case 'not_related':
      throw notFound(uid, 'not_related')
    case 'not_allowed_by_relation':
      throw new Refusal('permission_missing', refusals[action], { reason: `not_${action}`, refused })
    case 'permission_missing':
      throw new Refusal('permission_missing', `this needs the permission ${decision.permission}`, {
        missing: decision.permission,
        refused,
      })
  }
}

/** Refuse a caller who may neither view this device nor list all devices. */
export async function requireVisible(asked: Asked, caller: Caller, uid: string): Promise<void> {
  if (holds(caller.identity, 'devices:read')) await requireRegistered(asked.db, uid)
  else await authorize(asked, caller, uid, 'view')
}

/** The device, where whoever asks may see all there are. */
export async function requireRegistered(reader: Reader, uid: string): Promise<DeviceRow> {
  const found = await findDevice(reader, uid)
  if (!found) throw notFound(uid, 'unknown')
  return found
}

/**
 * {@link authorize} inside the transaction of what is to be done, with the device held: between the question and the
 * deed nobody gives it up, and nobody else becomes its owner.
 */
export async function authorizeHeld(
  tx: Transaction,
  world: World,
  caller: Caller,
  uid: string,
  action: Action,
): Promise<void> {
  await holdDevice(tx, uid)
  await authorize({ db: tx, world }, caller, uid, action)
}

const refusals: Record<Action, string> = {
  view: 'you may not view this device',
  control: 'you may view this device, not control it',
  own: 'this is for the owner of the device',
}

function notFound(uid: string, reason: EventReason): Refusal {
  return new Refusal('device_not_found', 'no such device', {
    reason,
    refused: { target: namedDevice(uid) },
  })
}

interface NewShare {
  readonly username: string
  readonly relation: 'controller' | 'viewer'
  /** Milliseconds since the epoch; null for as long as the owner wants. */
  readonly until: number | null
}

/**
 * Share a device with another user, until a time if one is given. Returns their id.
 * @throws {Refusal} `user_not_found` also for somebody who may not sign in; `request_invalid` for a time that is past
 */
export async function share(
  ground: DeviceGround & { readonly people: People },
  owner: Caller,
  uid: string,
  { username, relation, until }: NewShare,
): Promise<string> {
  const { db, world, activity, rights, people } = ground
  await authorize(ground, owner, uid, 'own')
  const subject = await people.findUserId(username)
  if (subject === undefined) throw new Refusal('user_not_found', 'no such user')
  await db.transaction(async (tx) => {
    await authorizeHeld(tx, world, owner, uid, 'own')
    const now = world.now()
    if (until !== null && until <= now) {
      const fault = { field: '/until', reason: 'must be in the future' }
      throw new Refusal('request_invalid', 'the body is not as it should be', { faults: [fault] })
    }
    const row = { uid, subject, relation, until, granted_by: owner.identity.subject, created_at: now }
    if (!(await upsertRelation(tx, row)))
      throw new Refusal('device_bound', 'this is the owner, who may do everything')
    const details = { shared_with: subject, relation }
    await activity.record(tx, owner, 'device.share', device(uid), { details })
    // A second share with the same person may allow less than the first.
    await rights.ended(tx, [subject])
  })
  await rights.settled()
  return subject
}

/** End a share: by the owner, or by the user it was made for. */
export async function unshare(
  { db, world, activity, rights }: DeviceGround,
  caller: Caller,
  uid: string,
  subject: string,
): Promise<void> {
  const action = caller.identity.subject === subject ? 'view' : 'own'
  await authorize({ db, world }, caller, uid, action)
  await db.transaction(async (tx) => {
    await authorizeHeld(tx, world, caller, uid, action)
    if (!(await deleteRelation(tx, uid, subject)))
      throw new Refusal('share_not_found', 'the device is not shared with this person')
    const details = { shared_with: subject }
    await activity.record(tx, caller, 'device.unshare', device(uid), { details })
    await rights.ended(tx, [subject])
  })
  await rights.settled()
}
