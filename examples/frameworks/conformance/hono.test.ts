import { testFramework } from '../conformance.test-support.ts'

await testFramework('hono')
