import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeText } from './whole-text.ts'

for (const [pattern, text, isTaken] of [
  [/[a-z]+/, 'abc', true],
  [/[a-z]+/, 'ABC', false],
  [/[a-z]+/i, 'ABC', true],
  [/[a-z]+/, ' abc', false],
  [/[a-z]+/, 'abc\n', false],
  [/a|b/, 'b', true],
  [/a|b/, 'ax', false],
  [/a|b/, 'xb', false],
] as const) {
  test(`as a whole text, ${pattern} ${isTaken ? 'takes' : 'does not take'} ${JSON.stringify(text)}`, () => {
    assert.equal(wholeText(pattern).test(text), isTaken)
  })
}
