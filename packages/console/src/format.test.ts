import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, brief, byteSize, moment, payloadOf, wholeNumber } from './format.ts'

const now = Date.UTC(2026, 0, 15, 12)
const before = (seconds: number) => new Date(now - seconds * 1000).toISOString()

for (const [seconds, en, zh] of [
  [-5, 'now', '現在'],
  [0, 'now', '現在'],
  [59, '59 seconds ago', '59 秒前'],
  [60, '1 minute ago', '1 分鐘前'],
  [3_599, '59 minutes ago', '59 分鐘前'],
  [3_600, '1 hour ago', '1 小時前'],
  [86_400, 'yesterday', '昨天'],
  [40 * 86_400, 'last month', '上個月'],
  [800 * 86_400, '2 years ago', '2 年前'],
] as const) {
  test(`${seconds} seconds ago reads ${en}, ${zh}`, () => {
    assert.equal(ago('en', before(seconds), now), en)
    assert.equal(ago('zh-Hant', before(seconds), now), zh)
  })
}

test('a moment is written to the second in either language', () => {
  const iso = new Date(2026, 0, 5, 7, 8, 9).toISOString()
  assert.match(moment('en', iso), /05\/01\/2026.*07:08:09/)
  assert.match(moment('zh-Hant', iso), /2026\/01\/05.*07:08:09/)
})

test('what is long is cut', () => {
  assert.equal(brief({ a: 1 }), '{"a":1}')
  assert.equal(brief('x'.repeat(300)).length, 160)
})

for (const { typed, payload } of [
  { typed: '', payload: { ok: true, value: null } },
  { typed: '  ', payload: { ok: true, value: null } },
  { typed: '{"on": true}', payload: { ok: true, value: { on: true } } },
  { typed: '0', payload: { ok: true, value: 0 } },
  { typed: '{on: true}', payload: { ok: false } },
  { typed: 'yes', payload: { ok: false } },
]) {
  test(`a payload typed as ${JSON.stringify(typed)}`, () => assert.deepEqual(payloadOf(typed), payload))
}

test('bytes and numbers are written as the language of the reader does', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1250, '1.3 kB'],
    [12_345_678, '12.3 MB'],
    [5e15, '5,000 TB'],
  ] as const) {
    assert.equal(byteSize('en', bytes), text)
    assert.equal(byteSize('zh-Hant', bytes), text)
  }
  assert.equal(wholeNumber('en', 1_234_567), '1,234,567')
})
