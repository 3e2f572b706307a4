import { operator } from '../../identity.ts'
import { disableProvider } from '../../upstream/providers/providers.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { providerNamed } from './shown.ts'

export async function run({ args: [key = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { issuer } = await providerNamed(app, key)
    await disableProvider(app.upstream.ground, operator, key)
    createOutput(json).result(
      `${key} is disabled: nobody signs in there, and the sessions that began there have ended.`,
      { key, issuer },
    )
  })
}
