import { Refusal } from '../errors.ts'
import type { Permission } from '../permissions.ts'
import { deedIn } from './check.ts'
import { type Checked, type DeviceAction, deviceActions, judge, type Rule } from './decide.ts'
import type { AccessGround } from './ground.ts'
import { collect } from './pages.ts'

/** Who has a permission, or may do something with a device. */
export interface AskedHolders {
  readonly permission?: Permission | undefined
  readonly action?: DeviceAction | undefined
  readonly device?: string | undefined
}

export interface FoundHolder {
  readonly id: string
  readonly username: string | undefined
  readonly checked: Checked
}

/** What an overview is about: which page, and whether names are told beside the ids. */
interface Part {
  readonly after: string
  readonly limit: number
  readonly withNames: boolean
}

/**
 * The people who may do something, with the rule that gives it: the ones for whom `check` answers `allowed`.
 * @throws {Refusal} `request_invalid` unless it is one permission, or one action on a device
 */
export async function listHolders(
  { people, devices }: AccessGround,
  asked: AskedHolders,
  { after, limit, withNames }: Part,
): Promise<{ items: readonly FoundHolder[]; next: string | null }> {
  const deed = deedIn(asked)
  const found = new Map<string, Checked>()
  const { ids, next } = await collect(
    after,
    limit,
    (from, most) =>
      'permission' in deed
        ? people.mayHold(deed.permission, from, most)
        : devices.relatedTo(deed.uid, from, most),
    async (id) => {
      const holder = await people.holderOf(id)
      const checked = holder && (await judge(devices.decide, id, holder, deed))
      if (checked?.reason !== 'allowed') return false
      found.set(id, checked)
      return true
    },
  )
  const names = withNames ? await people.namesOf(ids) : new Map<string, string>()
  const items = ids.map((id) => ({ id, username: names.get(id), checked: found.get(id) as Checked })) // each was found
  return { items, next: next ?? null }
}

export interface Abilities {
  readonly id: string
  readonly username: string | undefined
  readonly isEnabled: boolean
  readonly permissions: readonly {
    readonly permission: Permission
    readonly allowed: boolean
    readonly rule: Rule
  }[]
  readonly devices: readonly AbleDevice[]
  readonly next: string | null
}

/** A device that somebody has to do with, and what they may do with it. */
interface AbleDevice {
  readonly uid: string
  readonly name: string | undefined
  readonly relation: string | null
  readonly actions: readonly DeviceAction[]
}

/**
 * What a person may do: each permission with the rule that decides, and the devices that they have to do with, by pages.
 * @throws {Refusal} `user_not_found`
 */
export async function abilitiesOf(
  { people, devices }: AccessGround,
  id: string,
  { after, limit, withNames }: Part,
  withDeviceNames: boolean,
): Promise<Abilities> {
  const holder = await people.holderOf(id)
  if (!holder) throw new Refusal('user_not_found', 'no such user')
  const uids = await devices.devicesOf(id, after, limit + 1)
  const shown = uids.slice(0, limit)
  const able: AbleDevice[] = []
  for (const uid of shown) {
    const checked: [DeviceAction, Checked][] = []
    for (const action of deviceActions)
      checked.push([action, await judge(devices.decide, id, holder, { action, uid })])
    able.push({
      uid,
      name: withDeviceNames ? await devices.nameOf(uid) : undefined,
      relation: checked[0]?.[1].relation ?? null,
      actions: checked.filter(([, { reason }]) => reason === 'allowed').map(([action]) => action),
    })
  }
  return {
    id,
    username: withNames ? (await people.namesOf([id])).get(id) : undefined,
    isEnabled: holder.isEnabled,
    permissions: holder.ruled.map(({ permission, allowed, rules: [rule] }) => ({
      permission,
      allowed,
      rule,
    })),
    devices: able,
    next: uids.length > limit ? (shown.at(-1) ?? null) : null,
  }
}
