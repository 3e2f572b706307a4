import { removeApplication } from '../../applications/registered.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    await removeApplication(app.applications.ground, operator, id)
    createOutput(json).result(`${name} is removed, and what it had has ended.`, { removed: id })
  })
}
