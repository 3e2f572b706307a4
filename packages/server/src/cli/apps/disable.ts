import { disableApp } from '../../apps/registered.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { appNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    await disableApp(app.apps.ground, operator, id)
    const text = `${name} is disabled: it signs nobody in, and the sessions that it began have ended.`
    createOutput(json).result(text, { id, name })
  })
}
