import { testAdapter } from '../conformance.test-support.ts'
import { ownAdapters } from '../own-adapters.test-support.ts'

for (const adapter of ownAdapters) testAdapter(adapter)
