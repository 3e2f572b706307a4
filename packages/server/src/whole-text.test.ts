import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeText } from './whole-text.ts'

for (const [pattern, text, isTaken] of [
  [/[a-z]{1,3}/, 'abc', true],
  [/[a-z]{1,3}/, 'abcd', false],
  [/[a-z]{1,3}/, ' abc', false],
  [/[a-z]{1,3}/, 'abc\n', false],
  [/a|b/, 'b', true],
  [/a|b/, 'ax', false],
  [/a|b/, 'xb', false],
  [/a/i, 'A', true],
  [/[^\0]{1,2}/u, '\u{1f600}', true],
  [/a/, '', false],
] as const) {
  test(`as a whole text, ${pattern} ${isTaken ? 'takes' : 'does not take'} ${JSON.stringify(text)}`, () => {
    assert.equal(wholeText(pattern).test(text), isTaken)
  })
}

for (const [pattern, source] of [
  [/[a-z]{1,3}/, '^[a-z]{1,3}$'],
  [/a|b/, '^(?:a|b)$'],
] as const) {
  test(`OpenAPI shows ${pattern} as ${source}`, () => {
    assert.equal(wholeText(pattern).source, source)
  })
}
