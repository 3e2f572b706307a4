import { user } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import type { UsersGround } from '../ground.ts'
import { makeSearchable } from '../search/searchable.ts'
import { isHarmless, requireHarmless } from '../user-types/sign-in-rule.ts'
import { holdUserType } from '../user-types/store.ts'
import { insertUser } from './store.ts'
import { findToChange, newUserRow } from './users.ts'

/** What apps of other companies are given for their people: see the part of apps. */
export function createPeopleOfApps({ world, activity }: UsersGround) {
  return {
    isHarmless,
    async requireOpenType(tx: Transaction, userType: string): Promise<void> {
      const type = await holdUserType(tx, userType)
      if (!type) throw new Refusal('user_type_unknown', 'there is no user type of this name')
      requireHarmless(type.permissions)
    },
    async make(
      tx: Transaction,
      { id, userType, app }: { readonly id: string; readonly userType: string; readonly app: string },
      client: ClientInfo,
    ): Promise<void> {
      const type = await holdUserType(tx, userType)
      // Looked at again: the type may permit more since the app was registered.
      requireHarmless(type?.permissions ?? [])
      // A name that nobody chose looks like that of nobody else.
      const username = `person_${id.slice('usr_'.length)}`
      await insertUser(tx, { ...newUserRow(world, { username, userType }), id })
      await makeSearchable(tx, id)
      const who = { subject: id, subjectKind: 'user', clientId: app, client } as const
      await activity.record(tx, who, 'user.create', user(id), { details: { user_type: userType } })
    },
    async requireOver(tx: Transaction, actor: Actor, userId: string): Promise<void> {
      await findToChange(tx, actor, userId, world.now())
    },
  }
}
