import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { applicationNamed, shownApplication } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { text, value } = await shownApplication(app, await applicationNamed(app, name))
    createOutput(json).result(text, value)
  })
}
