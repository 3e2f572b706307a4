import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseObject } from './json.ts'

/** What stands behind a payload in the buffer that all share: what is left of a longer one. */
for (const leftover of [':', '{', '[', '}', '"', '\\', '\u00e9', ',"b":1}']) {
  test(`what stands behind a payload is not read: ${JSON.stringify(leftover)}`, () => {
    const text = '{"a":1}'
    assert.deepEqual(parseObject(Buffer.from(text + leftover), text.length), { a: 1 })
  })
}

for (const text of ['', '{', '{"a', '{"a"', '{"a\\', '{"a":1', '{"a":"b\\"}', '{"a":1}}']) {
  test(`a payload that does not end as it begins is malformed, whatever is behind it: ${JSON.stringify(text)}`, () => {
    for (const leftover of ['', '"', '":1}', '}']) {
      assert.throws(() => parseObject(Buffer.from(text + leftover), text.length), { code: 'token_malformed' })
    }
  })
}

for (const text of ['1', '0', 'true', 'false', '""', '"a"', 'null', '[]', '[{}]']) {
  test(`JSON that is no object is malformed: ${text}`, () => {
    assert.throws(() => parseObject(Buffer.from(text), text.length), { code: 'token_malformed' })
  })
}

test('a payload has 32 levels at most, whatever stands between them', () => {
  const nested = (levels: number) =>
    Buffer.from(`{"x":${'[1,'.repeat(levels - 1)}1${',2]'.repeat(levels - 1)}}`)
  parseObject(nested(32), nested(32).length)
  assert.throws(() => parseObject(nested(33), nested(33).length), { code: 'token_malformed' })
})

test('a payload has 32 levels at most, whatever they are made of, and any number of objects side by side', () => {
  const nested = (levels: number, open: string, close: string) =>
    Buffer.from(`{"x":${open.repeat(levels - 1)}${close.repeat(levels - 1)}}`.replace(':}', ':1}'))
  for (const [open, close] of [
    ['[', ']'],
    ['{"x":', '}'],
  ] as const) {
    const deepest = nested(32, open, close)
    parseObject(deepest, deepest.length)
    const tooDeep = nested(33, open, close)
    assert.throws(() => parseObject(tooDeep, tooDeep.length), { code: 'token_malformed' })
  }
  const wide = Buffer.from(`{"x":[${Array(100).fill('{"a":[]}')}]}`)
  assert.equal((parseObject(wide, wide.length).x as unknown[]).length, 100)
})
