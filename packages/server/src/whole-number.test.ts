import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWholeWithin } from './whole-number.ts'

for (const [value, isTaken] of [
  [2, false],
  [3, true],
  [4, true],
  [5, true],
  [6, false],
  [3.5, false],
  [-3, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
] as const) {
  test(`${value} is ${isTaken ? 'a' : 'no'} whole number of 3 to 5`, () => {
    assert.equal(isWholeWithin(value, 3, 5), isTaken)
  })
}

test('what cannot be told from its neighbour is no whole number', () => {
  assert.equal(isWholeWithin(2 ** 53, 0, Number.POSITIVE_INFINITY), false)
})
