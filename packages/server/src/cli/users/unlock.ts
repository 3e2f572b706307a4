import { unlockUser } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    await unlockUser(app, operator, user.id)
    createOutput(json).result(`Wrong passwords for ${user.username} count from the beginning again.`, {
      id: user.id,
      unlocked: true,
    })
  })
}
