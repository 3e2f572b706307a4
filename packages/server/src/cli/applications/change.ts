import { changeApplication } from '../../applications/registered.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { type Facts, factsIn } from './facts.ts'
import { applicationNamed, shownApplication } from './named.ts'

interface Options extends Facts {
  readonly name?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const change = { name: options.name, ...factsIn(options) }
  await withApp(async (app) => {
    const before = await applicationNamed(app, name)
    const { ground } = app.applications
    // What was read is what is changed: somebody else may change it at the same moment.
    const row = await changeApplication(ground, operator, before.id, change, [before.version])
    const { text, value } = await shownApplication(app, row)
    createOutput(json).result(text, value)
  })
}
