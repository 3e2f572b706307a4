import type { App } from '../../app.ts'
import type { ScopeHolder } from '../../services/scopes/store.ts'
import { WrongUse } from '../wrong-use.ts'
import { serviceNamed } from './named.ts'

/** Whom `give` and `take` are about. */
export interface HolderOptions {
  readonly userType?: string
  readonly service?: string
  readonly devices?: boolean
}

/** @throws {WrongUse} unless it is one */
export function requireOneHolder({ userType, service, devices }: HolderOptions): void {
  if ([userType, service, devices].filter((one) => one !== undefined).length === 1) return
  throw new WrongUse('say who: one of --user-type, --service and --devices')
}

export async function holderIn(app: App, { userType, service }: HolderOptions): Promise<ScopeHolder> {
  if (userType !== undefined) return { kind: 'user_type', name: userType }
  if (service !== undefined) return { kind: 'service', name: (await serviceNamed(app, service)).id }
  return { kind: 'devices', name: '' }
}

/** As a sentence has it. */
export function said({ userType, service }: HolderOptions): string {
  if (userType !== undefined) return `people of type ${userType}`
  return service === undefined ? 'all devices' : `the service ${service}`
}
