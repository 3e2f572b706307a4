import { findAppPeople, type PersonOfApp } from '../../apps/people/store.ts'
import { personOfAppView } from '../../apps/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { appNamed } from './named.ts'

const pageSize = 200

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    const found: PersonOfApp[] = []
    for (let after = ''; ; ) {
      const rows = await findAppPeople(app.db, id, after, pageSize)
      found.push(...rows)
      after = rows.at(-1)?.user_id ?? ''
      if (rows.length < pageSize) break
    }
    const people = found.map(personOfAppView.show)
    const rows = people.map(({ sub, username, source, last_sign_in_at: last }) => [
      ...[sub, username, source, last ?? 'never'],
    ])
    createOutput(json).result(table(['SUB', 'PERSON', 'BY', 'LAST SIGN-IN'], rows), people)
  })
}
