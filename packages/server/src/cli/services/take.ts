import { takeScope } from '../../services/scopes/scopes.ts'
import type { Given } from '../given.ts'
import { changeHolder, type HolderOptions } from './holders.ts'

export async function run(given: Given<HolderOptions>): Promise<void> {
  const became = (scope: string, whom: string) =>
    `${scope} is taken from ${whom}; tokens that have it end within their life.`
  await changeHolder(given, takeScope, became)
}
