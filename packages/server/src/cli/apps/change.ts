import { changeApp } from '../../apps/registered.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { appNamed, type Rules, rulesIn, shownApp } from './named.ts'

interface Options extends Rules {
  readonly name?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const change = { name: options.name, ...rulesIn(options) }
  await withApp(async (app) => {
    const { id, version } = await appNamed(app, name)
    // What was read is what is changed: somebody else may change the app at the same moment.
    const row = await changeApp(app.apps.ground, operator, id, change, [version])
    const { text, value } = await shownApp(app, row)
    createOutput(json).result(text, value)
  })
}
