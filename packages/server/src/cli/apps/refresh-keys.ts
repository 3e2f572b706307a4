import { refreshKeysOfApp } from '../../apps/keys.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { appNamed, shownApp } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    const { text, value } = await shownApp(app, await refreshKeysOfApp(app.apps.ground, operator, id))
    createOutput(json).result(text, value)
  })
}
