import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeNumberOf } from './whole-number.ts'

const rows: readonly { value: unknown; least?: number; most?: number; gives: number | undefined }[] = [
  { value: undefined, gives: 7 },
  { value: 1, gives: 1 },
  { value: 0, gives: undefined },
  { value: 2 ** 31 - 1, gives: 2 ** 31 - 1 },
  { value: 2 ** 31, gives: undefined },
  { value: 2, least: 2, gives: 2 },
  { value: 1, least: 2, gives: undefined },
  { value: 9, least: 2, most: 9, gives: 9 },
  { value: 10, least: 2, most: 9, gives: undefined },
  { value: 1.5, gives: undefined },
  { value: Number.NaN, gives: undefined },
  { value: '1', gives: undefined },
  { value: 1n, gives: undefined },
  { value: null, gives: undefined },
]
for (const { value, least, most, gives } of rows) {
  const range = `${least ?? 1} to ${most ?? 'the largest'}`
  test(`an option that is a whole number from ${range}: ${String(value)}, a ${typeof value}`, () => {
    const read = () => wholeNumberOf('size', value, 7, least, most)
    if (gives === undefined) assert.throws(read, { name: 'TypeError', message: /^size is a whole number/ })
    else assert.equal(read(), gives)
  })
}
