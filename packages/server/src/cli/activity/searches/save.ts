import { searchView } from '../../../activity/searches/routes.ts'
import { changeSearch, saveSearch, searchesOf } from '../../../activity/searches/searches.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { rawOf, type SoughtWithTimes } from '../sought.ts'

export async function run({ args: [name = ''], options, json }: Given<SoughtWithTimes>): Promise<void> {
  const query = rawOf(options)
  await withApp(async (app) => {
    const known = (await searchesOf(app, operator)).find((one) => one.name === name)
    const row = known
      ? await changeSearch(app, operator, known.id, { query })
      : await saveSearch(app, operator, { name, query, shared: true })
    createOutput(json).result(
      `All readers of the log have the search ${name}: latchkey activity search --saved '${name}'`,
      searchView.show(row),
    )
  })
}
