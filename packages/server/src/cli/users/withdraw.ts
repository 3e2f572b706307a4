import { withdraw } from '../../accounts/permissions/grants.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = '', grant = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    await withdraw(app, operator, id, grant)
    createOutput(json).result(`${grant} is withdrawn from ${username}.`, { id, grant })
  })
}
