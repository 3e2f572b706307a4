import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Permission } from '../permissions.ts'

/** The actions on a device. */
export const deviceActions = ['view', 'control', 'own'] as const
export type DeviceAction = (typeof deviceActions)[number]

/** A rule about a permission: the type of the user, a grant or a denial. */
export type Rule =
  | { readonly kind: 'user_type'; readonly userType: string }
  | {
      readonly kind: 'grant' | 'denial'
      readonly grant: { readonly id: string; readonly reason: string; readonly until: number | null }
    }

/** A permission that somebody has or is denied, with the rule that decides it first. */
interface Ruled {
  readonly permission: Permission
  readonly allowed: boolean
  readonly rules: readonly [Rule, ...Rule[]]
}

/** A decision about a device, as the devices make it of the relation and the permissions. */
export type DeviceDecision =
  | { readonly allowed: true; readonly relation: string; readonly permission: Permission }
  | {
      readonly allowed: false
      readonly reason: 'not_related' | 'not_allowed_by_relation' | 'permission_missing'
      readonly relation?: string
      readonly permission?: Permission
    }

export interface AccessGround extends Ground {
  /** What decides about a person now; undefined if there is none. */
  holderOf(id: string): Promise<{ readonly isEnabled: boolean; readonly ruled: readonly Ruled[] } | undefined>
  /** Whether somebody with these permissions may do something with a device. */
  decide(
    holder: { readonly subject: string; readonly scopes: ReadonlySet<string> },
    uid: string,
    action: DeviceAction,
  ): Promise<DeviceDecision>
}

/** What is asked: a permission, or an action on a device. */
export interface Question {
  readonly subject: string
  readonly permission?: Permission | undefined
  readonly action?: DeviceAction | undefined
  readonly device?: string | undefined
}

/** Why not: a closed list, or `allowed`. */
export const reasons = [
  'allowed',
  'account_disabled',
  'permission_missing',
  'permission_denied',
  'not_related',
  'not_allowed_by_relation',
] as const
export type Reason = (typeof reasons)[number]

export interface Checked {
  readonly reason: Reason
  /** The permission that is needed, where it came to that. */
  readonly permission: Permission | null
  /** The relation to the device, if there is one. */
  readonly relation: string | null
  /** The rule that gave or denied the permission; null where no rule is about it. */
  readonly rule: Rule | null
}

/**
 * Whether a person may do something now, and why, by the functions that decide when they do it.
 * @throws {Refusal} `user_not_found`; `request_invalid` unless it is one permission, or one action on a device
 */
export async function check(ground: AccessGround, question: Question): Promise<Checked> {
  const { subject, permission, action, device } = question
  const asksDevice = action !== undefined && device !== undefined
  if ((permission === undefined) !== asksDevice || (action === undefined) !== (device === undefined)) {
    throw new Refusal('request_invalid', 'ask for a permission, or for an action on a device')
  }
  const holder = await ground.holderOf(subject)
  if (!holder) throw new Refusal('user_not_found', 'no such user')
  const scopes = new Set(holder.ruled.filter(({ allowed }) => allowed).map((one) => one.permission))
  const about = (name: Permission | undefined) => holder.ruled.find((one) => one.permission === name)

  if (permission !== undefined) {
    const ruled = about(permission)
    const found = { permission, relation: null, rule: ruled?.rules[0] ?? null }
    return { reason: reasonOf(holder.isEnabled, scopes.has(permission), ruled), ...found }
  }
  const decision = await ground.decide({ subject, scopes }, device!, action!) // both, as was checked
  const ruled = about(decision.permission)
  const found = {
    permission: decision.permission ?? null,
    relation: decision.relation ?? null,
    rule: ruled?.rules[0] ?? null,
  }
  if (!decision.allowed && decision.reason !== 'permission_missing') {
    return { reason: holder.isEnabled ? decision.reason : 'account_disabled', ...found }
  }
  return { reason: reasonOf(holder.isEnabled, decision.allowed, ruled), ...found }
}

/** Nobody signs in to an account that is disabled, whatever it permits. */
function reasonOf(isEnabled: boolean, isAllowed: boolean, ruled: Ruled | undefined): Reason {
  if (!isEnabled) return 'account_disabled'
  if (isAllowed) return 'allowed'
  return ruled?.rules[0].kind === 'denial' ? 'permission_denied' : 'permission_missing'
}
