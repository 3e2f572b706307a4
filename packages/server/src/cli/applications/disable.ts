import { disableApplication } from '../../applications/registered.ts'
import { applicationView } from '../../applications/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await applicationNamed(app, name)
    const row = await disableApplication(app.applications.ground, operator, id)
    createOutput(json).result(
      `${name} is disabled: it gets no tokens, and what it had has ended.`,
      applicationView.show(row),
    )
  })
}
