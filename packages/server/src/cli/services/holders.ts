import type { App } from '../../app.ts'
import { operator } from '../../identity.ts'
import type { giveScope } from '../../services/scopes/scopes.ts'
import type { ScopeHolder } from '../../services/scopes/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { serviceNamed } from './named.ts'

/** Whom `give` and `take` are about. */
export interface HolderOptions {
  readonly userType?: string
  readonly service?: string
  readonly devices?: boolean
}

/** @throws {WrongUse} unless it is one */
function requireOneHolder({ userType, service, devices }: HolderOptions): void {
  if ([userType, service, devices].filter((one) => one !== undefined).length === 1) return
  throw new WrongUse('say who: one of --user-type, --service and --devices')
}

async function holderIn(app: App, { userType, service }: HolderOptions): Promise<ScopeHolder> {
  if (userType !== undefined) return { kind: 'user_type', name: userType }
  if (service !== undefined) return { kind: 'service', name: (await serviceNamed(app, service)).id }
  return { kind: 'devices', name: '' }
}

/** As a sentence has it. */
function said({ userType, service }: HolderOptions): string {
  if (userType !== undefined) return `people of type ${userType}`
  return service === undefined ? 'all devices' : `the service ${service}`
}

/** Give a scope, or take it back, and say what became of it. */
export async function changeHolder(
  { args: [name = '', scope = ''], options, json }: Given<HolderOptions>,
  change: (...given: Parameters<typeof giveScope>) => Promise<unknown>,
  became: (scope: string, whom: string) => string,
): Promise<void> {
  requireOneHolder(options)
  await withApp(async (app) => {
    const { id } = await serviceNamed(app, name)
    const holder = await holderIn(app, options)
    await change(app, operator, id, scope, holder)
    const told = { service: id, scope, holder_kind: holder.kind, holder: holder.name }
    createOutput(json).result(became(`${scope} of ${name}`, said(options)), told)
  })
}
