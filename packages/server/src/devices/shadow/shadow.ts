import { device } from '../../activity/events.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { IfVersions } from '../../http/if-match.ts'
import type { Caller } from '../../identity.ts'
import { parseExactJson } from '../../json.ts'
import type { Live } from '../ground.ts'
import { authorize } from '../relations/relations.ts'
import { holdDevice } from '../store.ts'
import { namedDevice } from '../uid.ts'
import { type DeviceStateRow, findDeviceState, replaceDeviceState } from './store.ts'

export type JsonObject = { readonly [member: string]: unknown }

/** What a device says it is and what its users want it to be. `version` counts every change of either. */
export interface Shadow {
  readonly reported: JsonObject
  readonly desired: JsonObject
  /** What is desired and not yet reported so. */
  readonly delta: JsonObject
  readonly version: number
  readonly updatedAt: number | null
}

const largest = 32 * 1024
const deepest = 32

async function readShadow(reader: Reader, uid: string): Promise<Shadow> {
  return shadowOf(await findDeviceState(reader, uid))
}

type Telling = Ground & { readonly live: Pick<Live, 'publish'> }

/** The shadow, for the device itself and for those who may view it. */
export async function readVisibleShadow(ground: Ground, caller: Caller, uid: string): Promise<Shadow> {
  if (caller.identity.subject !== uid) await authorize(ground, caller, uid, 'view')
  return readShadow(ground.db, uid)
}

/** What is to change on either side, by a merge patch each. */
export interface ShadowChange {
  readonly desired?: JsonObject | undefined
  readonly reported?: JsonObject | undefined
}

/**
 * Change the shadow as it is asked for over HTTPS: the device what it reports, its controllers what they desire.
 * @throws {Refusal} `permission_missing` for the side of the other, `device_not_found`, `precondition_failed`
 */
export async function changeShadow(
  ground: Telling,
  caller: Caller,
  uid: string,
  { desired, reported }: ShadowChange,
  ifVersions?: IfVersions,
): Promise<Shadow> {
  if (caller.identity.subject === uid) {
    if (desired) throw notTheirs(uid, 'a device reports; others desire')
    const patch = reported ?? {}
    const shadow = await setReported(ground, uid, patch, ifVersions)
    publish(ground, `d/${uid}/state/reported`, patch)
    return shadow
  }
  if (reported) {
    // First whether they may know of the device at all.
    await authorize(ground, caller, uid, 'control')
    throw notTheirs(uid, 'only the device itself reports')
  }
  return setDesired(ground, caller, uid, desired ?? {}, ifVersions)
}

function notTheirs(uid: string, message: string): Refusal {
  return new Refusal('permission_missing', message, {
    reason: 'not_itself',
    refused: { target: namedDevice(uid) },
  })
}

/** Change what is desired of a device that the caller controls, and tell it and those who watch. */
export async function setDesired(
  ground: Telling,
  caller: Caller,
  uid: string,
  patch: JsonObject,
  ifVersions?: IfVersions,
): Promise<Shadow> {
  // Before the device is held for it, and again once it is.
  await authorize(ground, caller, uid, 'control')
  const shadow = await patchShadow(ground, uid, 'desired', patch, {
    ifVersions,
    authorize: (tx) => authorize({ db: tx, world: ground.world }, caller, uid, 'control'),
    record: (tx) => ground.activity.record(tx, caller, 'device.state', device(uid)),
  })
  publish(ground, `d/${uid}/state/desired`, shadow.desired)
  publishDelta(ground, uid, shadow)
  return shadow
}

/** Change what a device says it is, as the device. What it has sent is told to those who watch by whoever took it. */
export async function setReported(
  ground: Telling,
  uid: string,
  patch: JsonObject,
  ifVersions?: IfVersions,
): Promise<Shadow> {
  const shadow = await patchShadow(ground, uid, 'reported', patch, { ifVersions })
  publishDelta(ground, uid, shadow)
  return shadow
}

/** A patch as it was sent. @throws {Refusal} `request_invalid` */
export function patchOf(text: string): JsonObject {
  const patch = parseExactJson(text, 'the patch')
  if (!isObject(patch)) throw new Refusal('request_invalid', 'a shadow is changed by a JSON object')
  return patch
}

function publishDelta(ground: Telling, uid: string, { delta }: Shadow): void {
  if (Object.keys(delta).length > 0) publish(ground, `d/${uid}/state/delta`, delta)
}

function publish({ live }: Telling, topic: string, value: unknown): void {
  live.publish(topic, new TextEncoder().encode(JSON.stringify(value)))
}

/**
 * Change one side of a device's state by a merge patch (RFC 7396). With `ifVersions`, only on top of one of
 * them. The device is held, so patches of one device follow one another and none is lost; `authorize` is asked once it is.
 * @throws {Refusal} `precondition_failed`
 */
async function patchShadow(
  { db, world }: Ground,
  uid: string,
  side: 'reported' | 'desired',
  patch: JsonObject,
  {
    ifVersions,
    authorize,
    record,
  }: {
    ifVersions?: IfVersions
    authorize?: (tx: Transaction) => Promise<void>
    record?: (tx: Transaction) => Promise<unknown>
  } = {},
): Promise<Shadow> {
  // Merging and comparing go as deep as the state does, and a few bytes of a patch make it one level deeper.
  if (isDeeperThan(deepest, patch))
    throw new Refusal('request_invalid', `a device’s shadow may be ${deepest} levels deep at most`)
  return db.transaction(async (tx) => {
    if (!(await holdDevice(tx, uid))) throw new Refusal('device_not_found', 'no such device')
    await authorize?.(tx)
    const before = await readShadow(tx, uid)
    if (ifVersions !== undefined && !ifVersions.includes(before.version)) {
      throw new Refusal('precondition_failed', 'the shadow has changed meanwhile; read it again')
    }
    const after = {
      reported: before.reported,
      desired: before.desired,
      [side]: mergePatch(before[side], patch),
    }
    const row: DeviceStateRow = {
      uid,
      reported: written(after.reported),
      desired: written(after.desired),
      version: before.version + 1,
      updated_at: world.now(),
    }
    await replaceDeviceState(tx, row)
    await record?.(tx)
    return shadowOf(row)
  })
}

function written(side: JsonObject): string {
  const text = JSON.stringify(side)
  if (text.length > largest)
    throw new Refusal('body_too_large', `a device’s shadow may be ${largest} characters at most`)
  return text
}

function shadowOf(row: DeviceStateRow | undefined): Shadow {
  const reported = JSON.parse(row?.reported ?? '{}') as JsonObject // only `written` fills the columns
  const desired = JSON.parse(row?.desired ?? '{}') as JsonObject
  return {
    reported,
    desired,
    delta: difference(desired, reported),
    version: row?.version ?? 0,
    updatedAt: row?.updated_at ?? null,
  }
}

/** RFC 7396 section 2: null removes, an object merges, anything else replaces. */
export function mergePatch(target: unknown, patch: JsonObject): JsonObject {
  const merged = new Map<string, unknown>(isObject(target) ? Object.entries(target) : [])
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) merged.delete(member)
    else merged.set(member, isObject(value) ? mergePatch(merged.get(member), value) : value)
  }
  // fromEntries defines members, so that one called __proto__ is a member like any other.
  return Object.fromEntries(merged)
}

function difference(wanted: JsonObject, actual: JsonObject): JsonObject {
  const missing = Object.entries(wanted).flatMap(([member, value]): [string, unknown][] => {
    const is = Object.hasOwn(actual, member) ? actual[member] : undefined
    if (isObject(value) && isObject(is)) {
      const inner = difference(value, is)
      return Object.keys(inner).length > 0 ? [[member, inner]] : []
    }
    return JSON.stringify(value) === JSON.stringify(is) ? [] : [[member, value]]
  })
  return Object.fromEntries(missing)
}

/** Level by level rather than by recursion, whose depth would be the caller's to choose. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
