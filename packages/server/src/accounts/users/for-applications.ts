import type { Reader } from '../../database/database.ts'
import type { World } from '../../world.ts'
import { findPrimary } from '../addresses/store.ts'
import { mintedFor } from '../permissions/effective.ts'
import { limitsOf } from '../user-types/session-limits.ts'
import { findUser } from './store.ts'

/** People as applications are told of them, and what they may do now: undefined for somebody who may not sign in. */
export function createPeopleForApplications({ world }: { readonly world: World }) {
  return async (reader: Reader, userId: string) => {
    const user = await findUser(reader, userId)
    if (!user || user.disabled_at !== null) return undefined
    const primary = await findPrimary(reader, userId)
    return {
      ...{ id: user.id, username: user.username, displayName: user.display_name, userType: user.user_type },
      email: primary?.address,
      ...mintedFor(user, world.now()),
      limits: limitsOf(user),
    }
  }
}
