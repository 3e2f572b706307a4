import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from './json.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

const refused = [
  { name: 'nothing', text: '' },
  { name: 'a word', text: 'yes' },
  { name: 'a list that does not end', text: '[1' },
  { name: 'lists in lists beyond 64 levels', text: nested(65) },
  { name: 'objects in objects beyond 64 levels', text: `${'{"a":'.repeat(65)}1${'}'.repeat(65)}` },
  { name: 'a depth that overflows every stack', text: nested(100_000) },
  { name: 'a depth behind a string that looks like its end', text: `["]]]]\\"]]",${nested(64)}]` },
]
for (const { name, text } of refused) {
  test(`JSON is refused: ${name}`, () => {
    assert.throws(() => parseJson(text, 'the body'), { code: 'request_invalid' })
  })
}

const taken = [
  { name: '64 levels', text: nested(64) },
  { name: '64 levels around a value', text: `${'['.repeat(64)}1${']'.repeat(64)}` },
  { name: 'nothing but levels in a list', text: `[${nested(63)},${nested(63)}]` },
  { name: 'any number of brackets in a string', text: JSON.stringify({ text: '[{'.repeat(500) }) },
  { name: 'a long flat list', text: JSON.stringify(Array.from({ length: 1000 }, () => [{}])) },
]
for (const { name, text } of taken) {
  test(`JSON is taken: ${name}`, () => {
    assert.deepEqual(parseJson(text, 'the body'), JSON.parse(text))
  })
}

test('whatever JSON.stringify wrote is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(parseJson(text, 'the body'), JSON.parse(text))
    }),
  )
})
