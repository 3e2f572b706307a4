import { type ApiKeyRow, findApiKeysOf } from '../../api-keys/store.ts'
import { apiKeyView } from '../../api-keys/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from '../users/named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const found = await findApiKeysOf(app.db, id)
    const now = app.world.now()
    const rows = found.map((row) => {
      const shown = apiKeyView.show(row)
      const used = [shown.last_used_at ?? '-', shown.last_address ?? '-', shown.last_region ?? '-']
      return [shown.id, shown.name, stateOf(row, now), shown.expires_at, ...used, shown.scopes.join(' ')]
    })
    const titles = ['API KEY', 'NAME', 'STATE', 'ENDS', 'LAST USED', 'ADDRESS', 'REGION', 'SCOPES']
    createOutput(json).result(table(titles, rows), found.map(apiKeyView.show))
  })
}

function stateOf({ revoked_at, revoke_reason, ends_at }: ApiKeyRow, now: number): string {
  if (revoked_at !== null) return revoke_reason ?? 'revoked'
  return ends_at <= now ? 'over' : 'in force'
}
