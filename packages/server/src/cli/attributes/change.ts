import { changeAttribute } from '../../accounts/attributes/attributes.ts'
import { attributeView } from '../../accounts/attributes/views.ts'
import { operator } from '../../identity.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { changeIn, type Rules } from './rules.ts'

export async function run({ args: [key = ''], options, json }: Given<Rules>): Promise<void> {
  const change = changeIn(options)
  await withApp(async (app) => {
    const row = await changeAttribute(app, operator, key, change)
    createOutput(json).result(`The attribute ${key} is changed.`, attributeView.show(row))
  })
}
