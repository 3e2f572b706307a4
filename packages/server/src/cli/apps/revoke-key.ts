import { revokeKeyOfApp } from '../../apps/keys.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { appNamed } from './named.ts'

export async function run({ args: [name = '', kid = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await appNamed(app, name)
    await revokeKeyOfApp(app.apps.ground, operator, id, kid)
    createOutput(json).result(`Nothing is taken any more that ${name} signs by ${kid}.`, { id, name, kid })
  })
}
