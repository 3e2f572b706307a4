import { operator } from '../../identity.ts'
import { endStream } from '../../shared-signals/administer.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = '', stream = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    await endStream(app.signals.ground, operator, id, stream)
    createOutput(json).result(`${stream} is removed, with what waited for it.`, { removed: stream })
  })
}
