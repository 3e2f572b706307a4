import { cancelDeletion } from '../../accounts/deletion/deletion.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    await cancelDeletion(app, operator, user.id)
    createOutput(json).result(
      `${user.username} will not be deleted, and is disabled; latchkey users enable lets them sign in again.`,
      { id: user.id, delete_at: null },
    )
  })
}
