import { findUsers } from '../../accounts/users/store.ts'
import { userView } from '../../accounts/users/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const users = (await findUsers(db, '', 10_000)).map(userView.show)
    const rows = users.map((user) => [
      user.username,
      user.user_type,
      user.disabled_at === null ? 'enabled' : 'disabled',
      user.last_sign_in_at ?? 'never',
      user.id,
    ])
    createOutput(json).result(table(['USER', 'TYPE', 'STATE', 'LAST SIGN-IN', 'ID'], rows), users)
  })
}
