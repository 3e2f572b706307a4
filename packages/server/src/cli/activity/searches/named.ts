import { searchesOf } from '../../../activity/searches/searches.ts'
import type { SearchRow } from '../../../activity/searches/store.ts'
import type { App } from '../../../app.ts'
import { operator } from '../../../identity.ts'
import { WrongUse } from '../../wrong-use.ts'

/**
 * A shared search by its name.
 * @throws {WrongUse} if there is none
 */
export async function sharedSearch(app: Pick<App, 'db'>, name: string): Promise<SearchRow> {
  const found = (await searchesOf(app, operator)).find((one) => one.name === name)
  if (!found) throw new WrongUse(`there is no shared search ${name}; latchkey activity searches lists them`)
  return found
}
