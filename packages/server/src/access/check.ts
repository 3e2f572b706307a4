import { Refusal } from '../errors.ts'
import type { Permission } from '../permissions.ts'
import { type Checked, type Deed, type DeviceAction, judge } from './decide.ts'
import type { AccessGround } from './ground.ts'

/** What is asked: a permission, or an action on a device. */
export interface Question {
  readonly subject: string
  readonly permission?: Permission | undefined
  readonly action?: DeviceAction | undefined
  readonly device?: string | undefined
}

/**
 * Whether a person may do something now, and why, by the functions that decide when they do it.
 * @throws {Refusal} `user_not_found`; `request_invalid` unless it is one permission, or one action on a device
 */
export async function check(
  { people, devices }: Pick<AccessGround, 'people' | 'devices'>,
  { subject, ...asked }: Question,
): Promise<Checked> {
  const deed = deedIn(asked)
  const holder = await people.holderOf(subject)
  if (!holder) throw new Refusal('user_not_found', 'no such user')
  return judge(devices.decide, subject, holder, deed)
}

/** @throws {Refusal} `request_invalid` unless it is one permission, or one action on a device */
export function deedIn({ permission, action, device }: Omit<Question, 'subject'>): Deed {
  if (permission !== undefined && action === undefined && device === undefined) return { permission }
  if (permission === undefined && action !== undefined && device !== undefined) return { action, uid: device }
  throw new Refusal('request_invalid', 'ask for a permission, or for an action on a device')
}
