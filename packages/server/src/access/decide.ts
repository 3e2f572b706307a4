import type { Permission } from '../permissions.ts'
import { firstMissing } from '../permissions.ts'

/** The actions on a device. */
export const deviceActions = ['view', 'control', 'own'] as const
export type DeviceAction = (typeof deviceActions)[number]

/** A rule about a permission: the type of the user, a grant, a denial, or what a service was created with. */
export type Rule =
  | { readonly kind: 'user_type'; readonly userType: string }
  | { readonly kind: 'service' }
  | {
      readonly kind: 'grant' | 'denial'
      readonly grant: { readonly id: string; readonly reason: string; readonly until: number | null }
    }

/** A permission that somebody has or is denied, with the rule that decides it first. */
export interface Ruled {
  readonly permission: Permission
  readonly allowed: boolean
  readonly rules: readonly [Rule, ...Rule[]]
}

/** Somebody or something that may have permissions, with what decides about them now. */
export interface Holder {
  readonly isEnabled: boolean
  readonly ruled: readonly Ruled[]
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

/** Whether somebody with these permissions may do something with a device. */
export type DecideDevice = (
  holder: { readonly subject: string; readonly scopes: ReadonlySet<string> },
  uid: string,
  action: DeviceAction,
) => Promise<DeviceDecision>

/** Why not: a closed list, or `allowed`. */
export const reasons = [
  'allowed',
  'account_disabled',
  'permission_missing',
  'permission_denied',
  'authority_missing',
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

/** What is asked about: a permission, also over somebody who holds some; or an action on a device. */
export type Deed =
  | { readonly permission: Permission; readonly over?: readonly Permission[] }
  | { readonly action: DeviceAction; readonly uid: string }

/** The one answer to whether a subject may do something now, and why. */
export async function judge(
  decideDevice: DecideDevice,
  subject: string,
  holder: Holder,
  deed: Deed,
): Promise<Checked> {
  const scopes = scopesOf(holder)
  if ('permission' in deed) return judgePermission(holder, scopes, deed.permission, deed.over ?? [])

  const decision = await decideDevice({ subject, scopes }, deed.uid, deed.action)
  const ruled = ruledIn(holder, decision.permission)
  const found = {
    permission: decision.permission ?? null,
    relation: decision.relation ?? null,
    rule: ruled?.rules[0] ?? null,
  }
  if (!decision.allowed && decision.reason !== 'permission_missing') {
    return { reason: holder.isEnabled ? decision.reason : 'account_disabled', ...found }
  }
  return { reason: reasonOf(holder, decision.allowed, ruled), ...found }
}

/** What somebody holds who is not denied it. */
export function scopesOf({ ruled }: Holder): ReadonlySet<Permission> {
  return new Set(ruled.filter(({ allowed }) => allowed).map(({ permission }) => permission))
}

function judgePermission(
  holder: Holder,
  scopes: ReadonlySet<Permission>,
  permission: Permission,
  over: readonly Permission[],
): Checked {
  const ruled = ruledIn(holder, permission)
  const reason = reasonOf(holder, scopes.has(permission), ruled)
  const missing = reason === 'allowed' ? firstMissing(scopes, over) : undefined
  if (missing === undefined) return { reason, permission, relation: null, rule: ruled?.rules[0] ?? null }
  const rule = ruledIn(holder, missing)?.rules[0] ?? null
  return { reason: 'authority_missing', permission: missing, relation: null, rule }
}

function ruledIn({ ruled }: Holder, permission: Permission | undefined): Ruled | undefined {
  return ruled.find((one) => one.permission === permission)
}

/** Nobody signs in to an account that is disabled, whatever it permits. */
function reasonOf({ isEnabled }: Holder, isAllowed: boolean, ruled: Ruled | undefined): Reason {
  if (!isEnabled) return 'account_disabled'
  if (isAllowed) return 'allowed'
  return ruled?.rules[0].kind === 'denial' ? 'permission_denied' : 'permission_missing'
}
