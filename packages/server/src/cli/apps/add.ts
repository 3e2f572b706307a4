import { createPartnerApp } from '../../apps/registered.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { type Rules, rulesIn, shownApp } from './named.ts'

export async function run({ args: [name = ''], options, json }: Given<Rules>): Promise<void> {
  const rules = rulesIn(options)
  await withApp(async (app) => {
    const row = await createPartnerApp(app.apps.ground, operator, { name, ...rules })
    const { text, value } = await shownApp(app, row)
    createOutput(json).result(text, value)
  })
}
