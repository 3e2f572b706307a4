import { endSessionsOf } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from '../users/named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    await endSessionsOf(app, operator, id)
    createOutput(json).result(
      `The sessions of ${username} have ended; their tokens are refused within a second.`,
      {
        id,
        ended: true,
      },
    )
  })
}
