import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, decodeInto, encodeText } from './base64url.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

for (const { name, before, unusedBits } of [
  { name: 'of two, four of whose bits are unused', before: 'Q', unusedBits: 4 },
  { name: 'of three, two of whose bits are unused', before: 'QQ', unusedBits: 2 },
  { name: 'of four, all of whose bits are used', before: 'QQQ', unusedBits: 0 },
]) {
  test(`a last character ${name}, is canonical if those are 0`, () => {
    const target = Buffer.alloc(8)
    for (const [value, last] of [...alphabet].entries()) {
      const isCanonical = value % 2 ** unusedBits === 0
      assert.equal(decodeInto(target, before + last), isCanonical ? before.length : -1, before + last)
      assert.equal(decode(before + last) !== undefined, isCanonical, before + last)
    }
  })
}

test('no text has one character more than groups of four', () => {
  for (const text of ['A', 'AAAAA'])
    assert.deepEqual([decodeInto(Buffer.alloc(8), text), decode(text)], [-1, undefined])
})

test('a text is encoded alike by the buffer that is kept, up to its size, and without it', () => {
  for (const length of [0, 1, 4095, 4096, 4097]) {
    const text = '\u20ac'.repeat(length)
    assert.equal(encodeText(text), Buffer.from(text).toString('base64url'))
  }
})
