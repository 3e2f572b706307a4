import { type TrustOptions, trust } from '../applications/trust.ts'
import type { Given } from '../given.ts'
import { serviceNamed } from './named.ts'

export async function run(given: Given<TrustOptions>): Promise<void> {
  await trust(given, serviceNamed)
}
