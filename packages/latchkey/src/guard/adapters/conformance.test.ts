import { testAdapter } from '../../../test/guard/conformance.ts'
import { ownAdapters } from '../../../test/guard/own-adapters.ts'

for (const adapter of ownAdapters) testAdapter(adapter)
