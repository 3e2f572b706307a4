import { resetFactors } from '../../accounts/factors/administer.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    await resetFactors(app, operator, user.id)
    createOutput(json).result(
      `${user.username} has no second factor any more, and every session of theirs has ended.`,
      { id: user.id, factors_reset: true },
    )
  })
}
