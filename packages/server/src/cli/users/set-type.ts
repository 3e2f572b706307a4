import { heldBy } from '../../accounts/permissions/effective.ts'
import { updateUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = '', userType = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const user = await updateUser(app, operator, id, { userType })
    const permissions = heldBy(user, app.world.now())
    createOutput(json).result(
      `${user.username} is of type ${userType}: ${permissions.join(', ') || 'no permissions'}. Their sessions have ended.`,
      { id, user_type: userType, permissions },
    )
  })
}
