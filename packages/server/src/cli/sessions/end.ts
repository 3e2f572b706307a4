import { endSessionOf } from '../../accounts/users/users.ts'
import { operator } from '../../identity.ts'
import { findSession } from '../../sessions/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [id = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const session = await findSession(app.db, id)
    if (!session || session.ended_at !== null) {
      throw new Error(`there is no live session ${id}; latchkey sessions list USER shows those of a user`)
    }
    await endSessionOf(app, operator, session.user_id, id)
    createOutput(json).result(`${id} has ended; its tokens are refused everywhere within a second.`, {
      id,
      ended: true,
    })
  })
}
