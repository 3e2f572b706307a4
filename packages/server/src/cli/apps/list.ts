import { findApps } from '../../apps/store.ts'
import { appView } from '../../apps/views.ts'
import { allRows, pages } from '../../database/pages.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

const pageSize = 200

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const all = pages(
      '',
      pageSize,
      (after, most) => findApps(db, after, most),
      (row) => row.id,
    )
    const found = await allRows(all)
    const apps = found.map(appView.show)
    const rows = apps.map(({ name, user_type, disabled_at, id }) => [
      ...[name, user_type ?? 'nobody', disabled_at === null ? 'enabled' : 'disabled', id],
    ])
    createOutput(json).result(table(['APP', 'MAKES', 'STATE', 'ID'], rows), apps)
  })
}
