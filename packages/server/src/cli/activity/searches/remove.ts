import { removeSearch } from '../../../activity/searches/searches.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { sharedSearch } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await sharedSearch(app, name)
    await removeSearch(app, operator, id)
    createOutput(json).result(`The search ${name} is removed.`, { id })
  })
}
