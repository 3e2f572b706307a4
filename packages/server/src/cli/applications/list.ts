import { findApplications } from '../../applications/store.ts'
import { applicationView } from '../../applications/views.ts'
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
      (after, most) => findApplications(db, after, most),
      (row) => row.id,
    )
    const found = await allRows(all)
    const applications = found.map(applicationView.show)
    const rows = applications.map(
      ({ name, type, authentication, made_by, last_used_at, disabled_at, id }) => [
        ...[name, type, authentication, made_by, last_used_at ?? 'never'],
        ...[disabled_at === null ? 'enabled' : 'disabled', id],
      ],
    )
    const head = ['APPLICATION', 'TYPE', 'PROVES BY', 'MADE BY', 'LAST USED', 'STATE', 'ID']
    createOutput(json).result(table(head, rows), applications)
  })
}
