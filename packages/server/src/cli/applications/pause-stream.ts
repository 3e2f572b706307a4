import { operator } from '../../identity.ts'
import { pauseStream } from '../../shared-signals/administer.ts'
import { streamView } from '../../shared-signals/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = '', stream = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    const row = await pauseStream(app.signals.ground, operator, id, stream, true)
    createOutput(json).result(`${stream} is paused: what happens meanwhile waits.`, streamView.show(row))
  })
}
