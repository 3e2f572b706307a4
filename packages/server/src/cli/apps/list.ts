import { type AppRow, findApps } from '../../apps/store.ts'
import { appView } from '../../apps/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

const pageSize = 200

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const found: AppRow[] = []
    for (let after = ''; ; ) {
      const rows = await findApps(db, after, pageSize)
      found.push(...rows)
      after = rows.at(-1)?.id ?? ''
      if (rows.length < pageSize) break
    }
    const apps = found.map(appView.show)
    const rows = apps.map(({ name, user_type, disabled_at, id }) => [
      ...[name, user_type ?? 'nobody', disabled_at === null ? 'enabled' : 'disabled', id],
    ])
    createOutput(json).result(table(['APP', 'MAKES', 'STATE', 'ID'], rows), apps)
  })
}
