import type { Permission } from '../../permissions.ts'
import type { UserWithPermissions } from '../users/store.ts'
import type { GrantRow } from './store.ts'

/** Why somebody has a permission, or has it not. */
export type Rule =
  | { readonly kind: 'user_type'; readonly userType: string }
  | { readonly kind: 'grant' | 'denial'; readonly grant: GrantRow }

/** A permission that somebody has or is denied, and every rule about it, the one that decides first. */
export interface Ruled {
  readonly permission: Permission
  readonly allowed: boolean
  readonly rules: readonly [Rule, ...Rule[]]
}

/** As much of a person as decides what they may do. */
export type Holder = Pick<UserWithPermissions, 'user_type' | 'type_permissions' | 'grants'>

/**
 * What a person may do at a moment, and by which rules: the permissions of their type, and what they are granted, without
 * what they are denied. A grant or a denial is over at the moment at which it ends.
 */
export function ruledPermissions({ user_type, type_permissions, grants }: Holder, now: number): Ruled[] {
  const live = grants.filter(({ until }) => until === null || until > now)
  const names = new Set([...type_permissions, ...live.map(({ permission }) => permission)])
  return [...names].sort().map((permission) => {
    const about = (kind: GrantRow['kind']): Rule[] =>
      live
        .filter((grant) => grant.permission === permission && grant.kind === kind)
        .map((grant) => ({ kind, grant }))
    const byType: Rule[] = type_permissions.includes(permission)
      ? [{ kind: 'user_type', userType: user_type }]
      : []
    const denials = about('denial')
    const rules = [...denials, ...byType, ...about('grant')] as [Rule, ...Rule[]] // one of them gave the name
    return { permission, allowed: denials.length === 0, rules }
  })
}

/** What somebody may do: a denial alone gives nothing. */
export function heldBy(holder: Holder, now: number): Permission[] {
  return ruledPermissions(holder, now)
    .filter(({ allowed }) => allowed)
    .map(({ permission }) => permission)
}

/**
 * What somebody may do or could do again: a denial ends, or is withdrawn. Whoever acts on an account needs all of it, or they
 * would gain with the end of the denial what they do not hold.
 */
export function reachOf(holder: Holder, now: number): Permission[] {
  return ruledPermissions(holder, now)
    .filter(({ rules }) => rules.some(({ kind }) => kind !== 'denial'))
    .map(({ permission }) => permission)
}

/** What a token of a person says, and the latest time at which it may still say so. */
export interface Minted {
  readonly scopes: readonly Permission[]
  /** The versions of the permissions of the type and of the person, of which a change revokes the token. */
  readonly permissionsVersion: string
  readonly endsAtMs: number | undefined
}

/**
 * What goes into a token now. It ends no later than the first grant or denial does. Tokens end at whole seconds: a grant that ends
 * within the present one is not in them any more.
 */
export function mintedFor(
  user: Holder & Pick<UserWithPermissions, 'permissions_version' | 'type_permissions_version'>,
  now: number,
): Minted {
  const secondOf = (atMs: number) => Math.floor(atMs / 1000)
  const lasting = user.grants.filter(
    ({ kind, until }) => until === null || kind === 'denial' || secondOf(until) > secondOf(now),
  )
  const ends = lasting.flatMap(({ until }) =>
    until === null || secondOf(until) <= secondOf(now) ? [] : [until],
  )
  return {
    scopes: heldBy({ ...user, grants: lasting }, now),
    permissionsVersion: `${user.type_permissions_version}.${user.permissions_version}`,
    endsAtMs: ends.length === 0 ? undefined : Math.min(...ends),
  }
}
