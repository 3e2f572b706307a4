import { sessionView } from '../../accounts/users/views.ts'
import { findLiveSessions } from '../../sessions/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from '../users/named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const sessions = (await findLiveSessions(app.db, user.id)).map(sessionView.show)
    const rows = sessions.map(({ id, created_at, last_used_at, address, region, user_agent }) => [
      id,
      created_at,
      last_used_at,
      address,
      region ?? '-',
      user_agent ?? '-',
    ])
    const text = table(['SESSION', 'SIGNED IN', 'LAST USED', 'ADDRESS', 'REGION', 'PROGRAM'], rows)
    createOutput(json).result(text, sessions)
  })
}
