import { endSecret } from '../../applications/secrets.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = '', secret = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    await endSecret(app.applications.ground, operator, id, secret)
    createOutput(json).result(`${secret} of ${name} has ended.`, { application: id, ended: secret })
  })
}
