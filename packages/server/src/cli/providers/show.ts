import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { providerNamed, shownWith } from './shown.ts'

export async function run({ args: [key = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { text, value } = await shownWith(app, await providerNamed(app, key))
    createOutput(json).result(text, value)
  })
}
