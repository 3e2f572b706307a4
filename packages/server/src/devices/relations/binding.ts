import type { Who } from '../../activity/events.ts'
import { device } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { newUserCode } from '../../secrets/user-codes.ts'
import type { DevicesGround } from '../served.ts'
import { findDevice, moveDevice } from '../store.ts'
import { namedDevice } from '../uid.ts'
import { becomeOwner, notValid } from './claims.ts'
import { endClaimCodes, findClaimCodeTyped, hasOpenUserCode, insertClaimCode, useClaimCode } from './store.ts'

/** RFC 8628: how long the code lives, and how long a device waits between two questions. */
export const bindingLifeSeconds = 600
export const bindingIntervalSeconds = 5

/** A device that waits for whoever types its code. */
export interface WaitingDevice {
  readonly uid: string
  readonly name: string
  readonly product: string
  /** From where it has asked. */
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  /** Of the code that stands for the one that was typed. */
  readonly secret_hash: string
}

/**
 * Begin for a device without a screen to be bound: a code that it tells somehow, which a person types into the page `/device`. A newer
 * code ends the older ones.
 * @throws {Refusal} `device_bound`, `permission_missing` for anybody but the device itself
 */
export async function beginBinding(ground: DevicesGround, caller: Caller, uid: string): Promise<string> {
  const { db, world, activity, approving } = ground
  const { identity, client } = caller
  requireItself(caller, uid)
  const code = newUserCode(world)
  const now = world.now()
  await db.transaction(async (tx) => {
    const claimable = await moveDevice(tx, uid, ['manufactured', 'claimable'], 'claimable', null)
    if (!claimable) throw new Refusal('device_bound', 'this device has an owner; they give it up first')
    await endClaimCodes(tx, uid, now)
    await insertClaimCode(tx, {
      // Nobody is told this one: the letters stand for it.
      ...{ secretHash: hashSecret(newSecret('claim', world)), uid: identity.subject, issuedByDevice: true },
      ...{ createdAt: now, expiresAt: now + bindingLifeSeconds * 1000 },
      typed: {
        ...{ userCode: approving.keptUserCode(code), address: client.address },
        ...{ region: approving.regionOf(client.address), userAgent: client.userAgent ?? null },
      },
    })
    await activity.record(tx, caller, 'device.claim_code', device(uid))
  })
  return code
}

/**
 * What became of it, for the device.
 * @throws {Refusal} `permission_missing` for anybody else
 */
export async function bindingState(
  { db, world }: DevicesGround,
  caller: Caller,
  uid: string,
): Promise<'waiting' | 'bound' | 'over'> {
  requireItself(caller, uid)
  const found = await findDevice(db, uid)
  if (found?.state === 'bound') return 'bound'
  return (await hasOpenUserCode(db, uid, world.now())) ? 'waiting' : 'over'
}

function requireItself({ identity }: Caller, uid: string): void {
  if (identity.kind === 'device' && identity.subject === uid) return
  throw new Refusal('permission_missing', 'this is for the device itself', {
    ...{ reason: 'not_itself', refused: { target: namedDevice(uid) } },
  })
}

/** The device that waits with a code, as it is kept; undefined for one that is unknown, used or over. */
export async function findBinding(
  { db, world }: Pick<DevicesGround, 'db' | 'world'>,
  userCode: string,
): Promise<WaitingDevice | undefined> {
  return findClaimCodeTyped(db, userCode, world.now())
}

export interface Typing {
  readonly userId: string
  readonly sessionId: string
  readonly client: ClientInfo
}

/**
 * Bind a device to whoever has typed its code and read what it is. What another tab or person has said before stays.
 * @throws {Refusal} `claim_invalid`
 */
export async function bindTyped(
  ground: DevicesGround,
  waiting: WaitingDevice,
  typing: Typing,
): Promise<void> {
  const { uid, secret_hash: hash } = waiting
  await becomeOwner(ground, { uid, hash, subject: typing.userId, who: whoOf(typing) })
}

/**
 * Refuse a device, with an alarm: somebody was sent a code that is not theirs.
 * @throws {Refusal} `claim_invalid` where another tab or person was first: the device may be somebody's by now
 */
export async function refuseTyped(
  { db, world, activity }: DevicesGround,
  { uid, secret_hash: hash }: WaitingDevice,
  typing: Typing,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await useClaimCode(tx, hash, uid, world.now()))) throw notValid(uid)
    const more = { outcome: 'alarm', reason: 'device_denied' } as const
    await activity.record(tx, whoOf(typing), 'device.bind', device(uid), more)
  })
}

function whoOf({ userId, sessionId, client }: Typing): Who {
  return { subject: userId, subjectKind: 'user', sessionId, client }
}
