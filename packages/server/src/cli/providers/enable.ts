import { operator } from '../../identity.ts'
import { enableProvider } from '../../upstream/providers/providers.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { providerNamed } from './shown.ts'

export async function run({ args: [key = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { issuer } = await providerNamed(app, key)
    await enableProvider(app.upstream.ground, operator, key)
    createOutput(json).result(`${key} is enabled: people sign in there again.`, { key, issuer })
  })
}
