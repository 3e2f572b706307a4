import type { Given } from '../given.ts'
import { grantOrDeny } from './grants.ts'

export const run = (given: Given): Promise<void> => grantOrDeny(given, 'grant')
