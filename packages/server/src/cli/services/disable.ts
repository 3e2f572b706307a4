import { operator } from '../../identity.ts'
import { disableService } from '../../services/registered.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    await disableService(app, operator, id)
    const text = `${name} is disabled: its tokens are refused, and there are none for it any more.`
    createOutput(json).result(text, { id, name })
  })
}
