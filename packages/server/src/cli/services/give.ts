import { operator } from '../../identity.ts'
import { giveScope } from '../../services/scopes/scopes.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { type HolderOptions, holderIn, requireOneHolder, said } from './holders.ts'
import { serviceNamed } from './named.ts'

export async function run({
  args: [name = '', scope = ''],
  options,
  json,
}: Given<HolderOptions>): Promise<void> {
  requireOneHolder(options)
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    const holder = await holderIn(app, options)
    await giveScope(app, operator, id, scope, holder)
    const text = `${scope} of ${name} is given to ${said(options)}.`
    createOutput(json).result(text, { service: id, scope, holder_kind: holder.kind, holder: holder.name })
  })
}
