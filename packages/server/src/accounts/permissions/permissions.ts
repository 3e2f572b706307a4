import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { requireUser } from '../users/require-user.ts'
import { findUsernames } from '../users/store.ts'
import { type Ruled, ruledPermissions } from './effective.ts'
import { holderAt, type Past } from './history.ts'
import type { GrantRow } from './store.ts'

export interface PermissionsAt {
  readonly at: number
  readonly past: Past
  readonly ruled: readonly Ruled[]
  /** The user names of those who granted and denied. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * What a user may do and by which rules: now, or at a past moment as the log tells.
 * @throws {Refusal} `user_not_found`; `request_invalid` for a moment that is still to come
 */
export async function permissionsAt(
  { db, world }: Pick<Ground, 'db' | 'world'>,
  userId: string,
  moment: number | undefined,
): Promise<PermissionsAt> {
  const user = await requireUser(db, userId)
  const now = world.now()
  const at = moment ?? now
  if (at > now) throw new Refusal('request_invalid', 'this moment is still to come')
  const past: Past = moment === undefined ? { kind: 'known', holder: user } : await holderAt(db, user, at)
  const ruled = past.kind === 'known' ? ruledPermissions(past.holder, at) : []
  const grants = ruled.flatMap(({ rules }) => rules.flatMap((rule) => ('grant' in rule ? rule.grant : [])))
  return { at, past, ruled, names: await findUsernames(db, makersOf(grants)) }
}

/** Who granted and denied. */
export function makersOf(grants: readonly GrantRow[]): readonly string[] {
  return [...new Set(grants.flatMap(({ created_by }) => created_by ?? []))]
}
