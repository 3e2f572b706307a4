import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Caller } from '../../identity.ts'
import { holdFreshSignIn, interactiveSession } from '../factors/fresh.ts'
import type { UsersGround } from '../ground.ts'
import { ruledPermissions } from '../permissions/effective.ts'
import type { GrantRow } from '../permissions/store.ts'
import { holdUserType } from '../user-types/store.ts'
import { findUser, holdUser } from './store.ts'
import { findToChange } from './users.ts'

/** What the part of API keys is told of those who have any. */
export function createKeyOwners({ world }: UsersGround) {
  async function find(reader: Reader, id: string) {
    const found = await findUser(reader, id)
    if (!found) return undefined
    const allowed = ruledPermissions(found, world.now()).filter((ruled) => ruled.allowed)
    const holds = allowed.map(({ permission, rules }) => {
      const grants = rules.flatMap((rule) => ('grant' in rule ? rule.grant : []))
      return [permission, rules.length > grants.length ? null : lastEnd(grants)] as const
    })
    return {
      ...{ username: found.username, userType: found.user_type, isEnabled: found.disabled_at === null },
      holds: new Map(holds),
    }
  }
  return {
    find,
    async hold(tx: Transaction, id: string) {
      const before = await findUser(tx, id)
      if (!before) return undefined
      // In this order, for whoever changes a type has it before its people.
      await holdUserType(tx, before.user_type)
      await holdUser(tx, id)
      const held = await find(tx, id)
      if (held && held.userType !== before.user_type) {
        throw new Refusal('precondition_failed', 'the account has changed meanwhile; ask again')
      }
      return held
    },
    async holdFreshSignIn(tx: Transaction, caller: Caller, now: number): Promise<void> {
      await holdFreshSignIn(tx, caller, now)
    },
    async requireInteractive(tx: Transaction, caller: Caller): Promise<void> {
      await interactiveSession(tx, caller)
    },
    async requireOver(tx: Transaction, actor: Actor, id: string): Promise<void> {
      await findToChange(tx, actor, id, world.now())
    },
  }
}

/** When the last of these grants is over; null if one is not. */
function lastEnd(grants: readonly GrantRow[]): number | null {
  const ends = grants.map(({ until }) => until)
  return ends.includes(null) ? null : Math.max(...ends.map(Number))
}
