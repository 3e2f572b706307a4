import { giveScope } from '../../services/scopes/scopes.ts'
import type { Given } from '../given.ts'
import { changeHolder, type HolderOptions } from './holders.ts'

export async function run(given: Given<HolderOptions>): Promise<void> {
  await changeHolder(given, giveScope, (scope, whom) => `${scope} is given to ${whom}.`)
}
