import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adapters } from '../../packages/latchkey/test/guard/conformance/row.ts'
import { adaptersOf, frameworks, skip } from './conformance.test-support.ts'

test('every adapter that the page names is tested', { skip }, async () => {
  const tested = ['node', 'fetch']
  for (const framework of frameworks) {
    for (const { name } of await adaptersOf(framework)) tested.push(name)
  }
  assert.deepEqual(tested.sort(), Object.keys(adapters).sort())
})
