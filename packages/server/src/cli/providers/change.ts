import { operator } from '../../identity.ts'
import { changeProvider } from '../../upstream/providers/providers.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { type GivenSettings, secretIn, settingsIn } from './given.ts'
import { providerNamed, shownWith } from './shown.ts'

interface Options extends GivenSettings {
  readonly newSecret?: true
}

export async function run({ args: [key = ''], options, json }: Given<Options>): Promise<void> {
  const { newSecret, secretFile } = options
  const settings = settingsIn(options)
  const secret = newSecret || secretFile !== undefined ? await secretIn(secretFile) : undefined
  await withApp(async (app) => {
    const { version } = await providerNamed(app, key)
    // What was read is what is changed: somebody else may change the provider at the same moment.
    const row = await changeProvider(app.upstream.ground, operator, key, { ...settings, secret }, [version])
    const { text, value } = await shownWith(app, row)
    createOutput(json).result(text, value)
  })
}
