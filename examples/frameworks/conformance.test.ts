import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import {
  type AdapterUnderTest,
  testAdapter,
} from '../../packages/latchkey/src/guard/conformance.test-support.ts'
import { adapters } from '../../packages/latchkey/src/guard/conformance-rows.test-support.ts'

// The packages are loaded here only, for without them nothing that imports them does.
const frameworks = ['express', 'fastify', 'hono', 'koa', 'nest']

if (existsSync(new URL('node_modules', import.meta.url))) {
  const tested = ['node', 'fetch']
  for (const framework of frameworks) {
    const { default: found }: { default: AdapterUnderTest[] } = await import(`./conformance/${framework}.ts`)
    for (const adapter of found) {
      tested.push(adapter.name)
      testAdapter(adapter)
    }
  }
  test('every adapter that the page names is tested', () => {
    assert.deepEqual(tested.sort(), Object.keys(adapters).sort())
  })
} else {
  const skip = 'the frameworks are not installed: npm ci --prefix examples/frameworks'
  test('the adapters of the frameworks answer every row of the table', { skip }, () => {})
}
