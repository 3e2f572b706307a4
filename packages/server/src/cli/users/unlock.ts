import { findUserByName } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import { unlockUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await findUserByName(app.db, usernameKey(username))
    if (!user) throw new Error(`there is no user ${username}; latchkey users list shows who there is`)
    await unlockUser(app, operator, user.id)
    createOutput(json).result(`Wrong passwords for ${user.username} count from the beginning again.`, {
      id: user.id,
      unlocked: true,
    })
  })
}
