import { operator } from '../../identity.ts'
import { permissionsNamed } from '../../permissions.ts'
import { changeService } from '../../services/registered.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed, shownService } from './named.ts'
import { type Rules, rulesIn } from './rules.ts'

interface Options extends Rules {
  readonly name?: string
}

export async function run({ args: [name = ''], options, json }: Given<Options>): Promise<void> {
  const scopes = options.scope && permissionsNamed(options.scope)
  const change = { name: options.name, scopes, ...rulesIn(options) }
  await withApp(async (app) => {
    const before = await serviceNamed(app, name)
    // What was read is what is changed: somebody else may change the service at the same moment.
    const row = await changeService(app, operator, before.id, change, [before.version])
    const { text, value } = await shownService(app, row)
    createOutput(json).result(text, value)
  })
}
