import { allRows, pages } from '../../database/pages.ts'
import { findServices } from '../../services/store.ts'
import { serviceView } from '../../services/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

const pageSize = 200

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const all = pages(
      '',
      pageSize,
      (after, most) => findServices(db, after, most),
      (row) => row.id,
    )
    const found = await allRows(all)
    const services = found.map(serviceView.show)
    const rows = services.map(({ name, audience, profile, scope, disabled_at, id }) => [
      ...[name, audience ?? '', audience === null ? '' : profile.name, scope],
      ...[disabled_at === null ? 'enabled' : 'disabled', id],
    ])
    createOutput(json).result(table(['SERVICE', 'AUDIENCE', 'PROFILE', 'MAY', 'STATE', 'ID'], rows), services)
  })
}
