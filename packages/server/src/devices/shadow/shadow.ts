import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { DeviceParts } from '../devices.ts'
import { holdDevice } from '../store.ts'
import { type DeviceStateRow, findDeviceState, replaceDeviceState } from './store.ts'

export type JsonObject = { readonly [member: string]: unknown }

/** What a device says it is and what its users want it to be. `version` counts every change of either. */
export interface DeviceState {
  readonly reported: JsonObject
  readonly desired: JsonObject
  /** What is desired and not yet reported so. */
  readonly delta: JsonObject
  readonly version: number
  readonly updatedAt: number | null
}

const largest = 32 * 1024
const deepest = 32

export async function readState(reader: Reader, uid: string): Promise<DeviceState> {
  return stateOf(await findDeviceState(reader, uid))
}

/**
 * Change one side of a device's state by a merge patch (RFC 7396). With `ifVersion`, only on top of that version.
 * The device is held, so patches of one device follow one another and none is lost; `demand` is asked once it is.
 * @throws {Refusal} `state_conflict`
 */
export async function patchState(
  { db, world }: Pick<DeviceParts, 'db' | 'world'>,
  uid: string,
  side: 'reported' | 'desired',
  patch: JsonObject,
  { ifVersion, demand }: { ifVersion?: number; demand?: (tx: Transaction) => Promise<void> } = {},
): Promise<DeviceState> {
  // Merging and comparing go as deep as the state does, and a few bytes of a patch make it one level deeper.
  if (isDeeperThan(deepest, patch))
    throw new Refusal('request_invalid', `a device’s state may be ${deepest} levels deep at most`)
  return db.transaction(async (tx) => {
    if (!(await holdDevice(tx, uid))) throw new Refusal('device_not_found', 'no such device')
    await demand?.(tx)
    const before = await readState(tx, uid)
    if (ifVersion !== undefined && ifVersion !== before.version) {
      throw new Refusal('state_conflict', 'the state has changed meanwhile; read it again')
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
    return stateOf(row)
  })
}

function written(side: JsonObject): string {
  const text = JSON.stringify(side)
  if (text.length > largest)
    throw new Refusal('body_too_large', `a device’s state may be ${largest} characters at most`)
  return text
}

function stateOf(row: DeviceStateRow | undefined): DeviceState {
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
