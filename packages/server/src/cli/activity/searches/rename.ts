import { searchView } from '../../../activity/searches/routes.ts'
import { changeSearch } from '../../../activity/searches/searches.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { sharedSearch } from './named.ts'

export async function run({ args: [name = '', other = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await sharedSearch(app, name)
    const row = await changeSearch(app, operator, id, { name: other })
    createOutput(json).result(`The search ${name} is called ${row.name} now.`, searchView.show(row))
  })
}
