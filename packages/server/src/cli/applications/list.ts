import { type ApplicationRow, findApplications } from '../../applications/store.ts'
import { applicationView } from '../../applications/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

const pageSize = 200

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const found: ApplicationRow[] = []
    for (let after = ''; ; ) {
      const rows = await findApplications(db, after, pageSize)
      found.push(...rows)
      after = rows.at(-1)?.id ?? ''
      if (rows.length < pageSize) break
    }
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
