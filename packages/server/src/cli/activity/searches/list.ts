import { searchView } from '../../../activity/searches/routes.ts'
import { searchesOf } from '../../../activity/searches/searches.ts'
import { operator } from '../../../identity.ts'
import { escapeHidden } from '../../../text.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput, table } from '../../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async (app) => {
    const searches = (await searchesOf(app, operator)).map(searchView.show)
    const rows = searches.map(({ name, owner, query }) => [
      ...[escapeHidden(name), owner ?? 'operator'],
      Object.entries(query)
        .map(([field, value]) => `${field}=${escapeHidden(value ?? '')}`)
        .join(' '),
    ])
    createOutput(json).result(table(['NAME', 'OWNER', 'SEARCHES FOR'], rows), searches)
  })
}
