import { revokeKeyOf } from '../../api-keys/end.ts'
import { findApiKey } from '../../api-keys/store.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

export async function run({ args: [id = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const row = await findApiKey(app.db, id)
    if (!row) throw new Error(`there is no API key ${id}; latchkey api-keys list USER shows those of a user`)
    await revokeKeyOf(app.apiKeys.ground, operator, row.owner, id)
    createOutput(json).result(`${id} is revoked: it is refused everywhere within a second.`, {
      id,
      revoked: true,
    })
  })
}
