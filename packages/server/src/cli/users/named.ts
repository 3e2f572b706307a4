import { findUserByName, type UserWithPermissions } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import type { App } from '../../app.ts'

/** @throws {Error} in one line if there is no user of this name */
export async function userNamed({ db }: App, username: string): Promise<UserWithPermissions> {
  const user = await findUserByName(db, usernameKey(username))
  if (!user) throw new Error(`there is no user ${username}; latchkey users list shows who there is`)
  return user
}
