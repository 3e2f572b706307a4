import { findAppPeople } from '../../apps/people/store.ts'
import { personOfAppView } from '../../apps/views.ts'
import { allRows, pages } from '../../database/pages.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { appNamed } from './named.ts'

const pageSize = 200

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    const all = pages(
      '',
      pageSize,
      (after, most) => findAppPeople(app.db, id, after, most),
      (row) => row.user_id,
    )
    const found = await allRows(all)
    const people = found.map(personOfAppView.show)
    const rows = people.map(({ sub, username, source, last_sign_in_at: last }) => [
      ...[sub, username, source, last ?? 'never'],
    ])
    createOutput(json).result(table(['SUB', 'PERSON', 'BY', 'LAST SIGN-IN'], rows), people)
  })
}
