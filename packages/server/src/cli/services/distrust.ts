import { distrust } from '../applications/distrust.ts'
import type { Given } from '../given.ts'
import { serviceNamed } from './named.ts'

export async function run(given: Given): Promise<void> {
  await distrust(given, serviceNamed)
}
